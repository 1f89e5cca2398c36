"""The starter notebook on edges: data, networks and training given, seven cells to fill."""

from grader.spec import Notebook, StarterCell, code, prose

from .edge_probes import (
    FIVE_KINDS,
    ITEMS,
    PLAIN,
    SHIFTED,
    SMALL_BATCH,
    SMALL_EACH,
    SWEEP,
    SWEEP_BATCH,
    VALID_BATCH,
    VALID_EACH,
    WATCH,
)
from .edge_starter_given import DATA, NETWORKS, PLOTS, SETUP, TRAINING

ANSWER = "*Your answer here.*"
QUESTION = "**Question ({label}).**"

PUBLIC_SMALL = f"""
{ITEMS}
images, labels = items_of(small_dataset)
assert len(images) == {SMALL_EACH * 3}, "{SMALL_EACH} images of each of three classes"
assert images[0].shape == (1, 28, 28), "one channel, 28 rows, 28 columns"
assert sorted(set(labels)) == [0, 1, 2], "labels count from 0"
print("small_dataset has the right size and shape")
"""
PUBLIC_LOADER = f"""
batch, _ = next(iter(small_dataset_loader))
assert batch.shape[1:] == (1, 28, 28)
assert len(batch) == min({SMALL_BATCH}, len(small_dataset)), "a batch has {SMALL_BATCH} images"
print("small_dataset_loader gives batches of the right shape")
"""
PUBLIC_SWEEP = f"""
assert sorted(train_loader_dict) == {list(SWEEP)}, "one loader for each number of images"
for n, loader in train_loader_dict.items():
    assert len(loader.dataset) == 3 * n, "n images of each of three classes"
assert len(valid_loader.dataset) == 3 * {VALID_EACH}
print("the loaders have the right sizes")
"""


def question(label: str, text: str) -> tuple[StarterCell, StarterCell]:
    """Return a written question and the cell for its answer."""
    return prose(f"{QUESTION.format(label=label)} {text}"), prose(ANSWER)


def sweep(settings: str, *, kernel: str = "7", mlp: bool = True, classes: int = 3) -> StarterCell:
    """Return the cell that trains on every size of training set, with these settings."""
    network = f"SimpleCNN(kernel_size={kernel}, num_classes={classes})"
    dense = f"ThreeLayerMLP(hidden_dims=[50, 10], num_classes={classes})"
    lines = [
        *settings.strip().splitlines(),
        "cnn_kernel_dict, untrained_cnn_kernel_dict = {}, {}",
        "cnn_confusion_matrix_dict, cnn_result_dict = {}, {}",
        "for num_image, train_loader in train_loader_dict.items():",
        '    print(f"{num_image} images per class")',
        "    set_seed(seed)",
        f"    cnn_model = {network}.to(device)",
        "    untrained_cnn_kernel_dict[num_image] = cnn_model.conv1.weight.detach().cpu().clone()",
        "    cnn_optimizer = optim.SGD(cnn_model.parameters(), lr=lr, momentum=0.9)",
    ]
    arguments = "num_epochs, train_loader, valid_loader"
    if mlp:
        lines += [
            f"    mlp_model = {dense}.to(device)",
            "    mlp_optimizer = optim.SGD(mlp_model.parameters(), lr=lr, momentum=0.9)",
            f"    mlp_results = train_model(mlp_model, mlp_optimizer, {arguments})",
        ]
    lines += [
        f"    cnn_results = train_model(cnn_model, cnn_optimizer, {arguments})",
        "    cnn_kernel_dict[num_image] = cnn_model.conv1.weight.detach().cpu().clone()",
        '    cnn_confusion_matrix_dict[num_image] = cnn_results["confusion_matrix"]',
        "    cnn_result_dict[num_image] = cnn_results",
        f"    vis_curves(CNN=cnn_results{', MLP=mlp_results' if mlp else ''})",
        "    accuracies = f\"CNN Acc: {cnn_results['final_valid_acc']}\"",
    ]
    if mlp:
        lines.append("    accuracies += f\", MLP Acc: {mlp_results['final_valid_acc']}\"")
    return code("\n".join([*lines, "    print(accuracies)"]))


def loaders(config: str) -> StarterCell:
    """Return the cell that makes the loaders of a later section, given to the student."""
    return code(f"""
set_seed(seed)
config = dict({config})
train_loader_dict = {{
    n: DataLoader(
        EdgeDetectionDataset(dict(config, data_per_class=n), "train"), {SWEEP_BATCH}, shuffle=True
    )
    for n in {list(SWEEP)}
}}
valid_dataset = EdgeDetectionDataset(dict(config, data_per_class={VALID_EACH}), "valid")
valid_loader = DataLoader(valid_dataset, {VALID_BATCH})
vis_dataset(valid_dataset)
""")


KERNELS = code("""
for num_image, cnn_kernel in cnn_kernel_dict.items():
    vis_kernel(untrained_cnn_kernel_dict[num_image], f"before training, {num_image} images")
    vis_kernel(cnn_kernel, f"after training, {num_image} images")
""")


def tuned(name: str, model: str) -> StarterCell:
    """Return the cell that trains one larger network on 30 images a class."""
    return code(f"""
num_epochs, lr, kernel_size = 20, 1e-2, 7
# Your code here: other settings, until the validation accuracy is over {FIVE_KINDS.percent} %.
# Another optimizer, further below, is allowed too.

# End of your code.
set_seed(0)  # another start is allowed: some starts leave every filter silent, at 20 %
{name}_cnn_model = {model}(kernel_size=kernel_size).to(device)
{name}_cnn_optimizer = optim.SGD({name}_cnn_model.parameters(), lr=lr, momentum=0.9)
{name}_cnn_results = train_model(
    {name}_cnn_model, {name}_cnn_optimizer, num_epochs, train_loader_dict[30], valid_loader
)
vis_curves(CNN={name}_cnn_results)
print(f"CNN Acc: {{{name}_cnn_results['final_valid_acc']}}")
""")


FIRST = (
    prose("""
        # What a convolutional network takes for granted

        Small images show a horizontal edge, a vertical edge, or none. A convolutional network
        and a network of dense layers learn to tell them apart, under conditions that suit one
        or the other. Fill the cells marked *Your code here*, run everything, and answer the
        questions below each section (here, or in the typed answers). All of it takes some ten
        minutes without a GPU.

        The cells headed *Check* hold for every right solution. Passing them is necessary, not
        sufficient.
    """),
    *(code(text) for text in (SETUP, DATA, NETWORKS, TRAINING, PLOTS)),
    code("""
        set_seed(seed)
        visualize_dataset = EdgeDetectionDataset(dict(data_per_class=10), "train")
        vis_dataset(visualize_dataset)
    """),
    prose(f"""
        ## Q1. Overfitting a small data set

        Whoever cannot fit a handful of images has a mistake somewhere. Make `small_dataset`, a
        training set of {SMALL_EACH} images of each of the three classes.
    """),
    code("""
        set_seed(seed)
        small_dataset_config = None
        small_dataset = None
        # Your code here.

        # End of your code.
    """),
    prose("*Check.*"),
    code(PUBLIC_SMALL),
    prose(f"`small_dataset_loader` gives it in shuffled batches of {SMALL_BATCH}."),
    code("""
        small_dataset_loader = None
        # Your code here.

        # End of your code.
    """),
    prose("*Check.*"),
    code(PUBLIC_LOADER),
    code("""
        set_seed(seed)
        lr, num_epochs = 1e-2, 500
        cnn_model = SimpleCNN(kernel_size=7).to(device)
        mlp_model = ThreeLayerMLP(hidden_dims=[50, 10]).to(device)
        untrained_kernel = cnn_model.conv1.weight.detach().cpu().clone()
        print(count_parameters(cnn_model), count_parameters(mlp_model))
        criterion = nn.CrossEntropyLoss()
        for model in (cnn_model, mlp_model):
            optimizer = optim.SGD(model.parameters(), lr=lr, momentum=0.9)
            for epoch in range(num_epochs):
                train_one_epoch(model, optimizer, criterion, small_dataset_loader, device, epoch)
        cnn_acc = evaluate(cnn_model, criterion, small_dataset_loader, device)[1]
        mlp_acc = evaluate(mlp_model, criterion, small_dataset_loader, device)[1]
        print(f"CNN Acc: {cnn_acc}, MLP Acc: {mlp_acc}")
        vis_kernel(untrained_kernel, "before training")
        vis_kernel(cnn_model.conv1.weight.detach().cpu(), "after training")
    """),
    *question("a.i", "Which patterns do you find in the learned filters?"),
    prose(f"""
        ## Q2. More and more images

        `train_loader_dict` has, for each number of images per class in `num_images_list`, a
        loader of a training set of that size, in shuffled batches of {SWEEP_BATCH}.
        `valid_loader` gives {VALID_EACH} images per class, made in the mode "valid", in batches
        of {VALID_BATCH}.
    """),
    code(f"""
        set_seed(seed)
        num_images_list = {list(SWEEP)}
        train_loader_dict = {{}}
        valid_loader = None
        # Your code here.

        # End of your code.
    """),
    prose("*Check.*"),
    code(PUBLIC_SWEEP),
    sweep("lr, num_epochs = 1e-2, 30"),
    KERNELS,
    *question("b.i", "Compare learned kernels, kernels before training, and edge detectors."),
    code("""
        lr, num_epochs = 1e-2, 30
        edge_init_cnn_acc_list = []
        for num_image, train_loader in train_loader_dict.items():
            cnn_model = SimpleCNN(kernel_size=7).to(device)
            init_conv_kernel_with_edge_detector(cnn_model)
            freeze_conv_layer(cnn_model)
            optimizer = optim.SGD(cnn_model.parameters(), lr=lr, momentum=0.9)
            for epoch in range(num_epochs):
                train_one_epoch(cnn_model, optimizer, criterion, train_loader, device, epoch)
            edge_init_cnn_acc_list.append(evaluate(cnn_model, criterion, valid_loader, device)[1])
        print("frozen edge detectors:", edge_init_cnn_acc_list)
    """),
    *question("b.ii", "With plenty of images the frozen edge detectors do worse. Why?"),
)

SECOND = (
    prose(f"""
        ## Q3. The training procedure

        Thirty epochs were not enough. Raise `num_epochs` until the CNN reaches at least
        {PLAIN.percent} % on the validation images with 30 images per class.
    """),
    sweep(
        "lr, num_epochs = 1e-2, 30\n# Your code here: another num_epochs.\n\n# End of your code."
    ),
    KERNELS,
    *question("c.i", "List the numbers of epochs that you tried, and what the CNN reached."),
    *question("c.ii", "What do the learned kernels look like now?"),
    *question("c.iii", "(optional) Loss and accuracy of the MLP may rise together. How?"),
    *question("c.iv", "(optional) Your best hyperparameters, and both final accuracies."),
    *question("c.v", "How much more data does the MLP need? Does it generalize or memorize?"),
    prose("""
        ## Q4. Validation images from elsewhere

        Edges of the training images lie in one half of the image, those of the validation
        images in the other half.
    """),
    loaders("possible_edge_location_ratio=0.5"),
    sweep("lr, num_epochs = 1e-2, 100"),
    code("""
        for num_image, matrix in cnn_confusion_matrix_dict.items():
            print(num_image, "images per class; rows are true classes")
            print(matrix)
    """),
    *question("d.i", "Why do the confusion matrices look like this?"),
    prose(f"""
        Choose `num_epochs`, `lr` and `kernel_size` such that the CNN reaches {SHIFTED.percent}
        % or more with 10 images per class.
    """),
    sweep(
        "num_epochs, lr, kernel_size = 100, 1e-2, 7\n# Your code here.\n\n# End of your code.",
        kernel="kernel_size",
        mlp=False,
    ),
    *question("d.ii", "Why does the CNN learn this task while the MLP fails?"),
    prose("## Q5. Where convolution does not help\n\nThe pixels of all images, shuffled alike."),
    loaders("use_permutation=True, permutater=np.random.permutation(28 * 28)"),
    sweep("lr, num_epochs = 1e-2, 100"),
    *question("e.i", "What do you observe, and why is the CNN worse than the MLP here?"),
    *question("e.ii", "Does a larger kernel help or hurt? Why?"),
    KERNELS,
    *question("e.iii", "What do the learned kernels look like, and why?"),
    prose("## Q6. Five classes\n\nSlanted edges, and both directions at once."),
    loaders('class_type=["horizontal", "vertical", "diagonal", "both", "none"], num_classes=5'),
    sweep("lr, num_epochs = 1e-2, 100", classes=5),
    code("""
        for num_image, train_loader in train_loader_dict.items():
            set_seed(seed)
            cnnavg_model = SimpleCNN_avgpool(kernel_size=7, num_classes=5).to(device)
            cnnavg_optimizer = optim.SGD(cnnavg_model.parameters(), lr=lr, momentum=0.9)
            cnnavg_results = train_model(
                cnnavg_model, cnnavg_optimizer, num_epochs, train_loader, valid_loader
            )
            maximum = cnn_result_dict[num_image]["final_valid_acc"]
            print(f"max pooling: {maximum}, average: {cnnavg_results['final_valid_acc']}")
    """),
    *question("f.i", "Compare max and average pooling. What are the strengths of each?"),
    prose("""
        ## Q7. Deeper and wider (optional)

        With 30 images per class of the five kinds, settings for two larger networks.
    """),
    tuned("deeper", "DeeperCNN"),
    tuned("wider", "WiderCNN"),
)

NOTEBOOK = Notebook(
    requires=("EdgeDetectionDataset", "small_dataset", "small_dataset_loader"),
    cell_seconds=1200,
    total_seconds=2700,
    long=True,
    watch=WATCH,
    starter=(*FIRST, *SECOND),
)
