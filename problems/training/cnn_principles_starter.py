"""The starter notebook on the principles of convolutional networks: to run, look at and explain."""

from grader.spec import Notebook, code, prose

MLP_PARAMETERS, CNN_PARAMETERS, TRAINABLE_WHEN_DETACHED = 1_201_910, 1_121_710, 1_024_010
ANSWER = "*Your answer here.*"

SETUP = """
import random

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
from torch.utils.data import DataLoader, TensorDataset

%matplotlib inline
plt.rcParams["image.cmap"] = "gray"
seed = 7
random.seed(seed)
np.random.seed(seed)
torch.manual_seed(seed)
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
print("using", device)
"""

GLYPH = '''
def glyph():
    """A hand-drawn 5, shape (1, 28, 28), values 0 to 1; any small picture does."""
    rows, columns = torch.meshgrid(torch.arange(28.0), torch.arange(28.0), indexing="ij")

    def near(distance):
        return (1.8 - distance).clamp(0, 1)

    arc = near((((rows - 17) ** 2 + (columns - 13) ** 2).sqrt() - 5).abs())
    arc = arc * ((columns > 11) | (rows > 19))
    top = near((rows - 5).abs()) * ((columns > 9) & (columns < 19))
    stem = near((columns - 10).abs()) * ((rows > 4) & (rows < 14))
    return torch.stack([arc, top, stem]).amax(0)[None]


def preprocess_mnist_data(data):
    """Put a picture (1, 28, 28) into 49 places of a larger one: (49, 1, 56, 56)."""
    places = [(down, right) for down in range(0, 28, 4) for right in range(0, 28, 4)]
    return torch.stack([F.pad(data, (r, 28 - r, d, 28 - d)) for d, r in places])


def torch_to_numpy(tensor):
    return tensor.detach().cpu().numpy()


mnist_sample = preprocess_mnist_data(glyph())
assert mnist_sample.shape == (49, 1, 56, 56)
'''

UNTRAINED = """
class CNN(nn.Module):
    def __init__(self):
        super().__init__()
        sizes = [1, 20, 40, 1]
        layers = [nn.Conv2d(a, b, 3, padding=1) for a, b in zip(sizes, sizes[1:])]
        self.layers = nn.ModuleList(layers)

    def forward(self, x):
        for layer in self.layers:
            x = F.relu(layer(x))
        return x


class MLP(nn.Module):
    def __init__(self):
        super().__init__()
        sizes = [56 * 56, 100, 100, 56 * 56]
        layers = [nn.Linear(a, b) for a, b in zip(sizes, sizes[1:])]
        self.layers = nn.ModuleList(layers)

    def forward(self, x):
        out = x.flatten(start_dim=1)
        for layer in self.layers:
            out = F.relu(layer(out))
        return out.reshape(x.shape)


cnn_output = torch_to_numpy(CNN().to(device)(mnist_sample.to(device)))
mlp_output = torch_to_numpy(MLP().to(device)(mnist_sample.to(device)))
assert cnn_output.shape == mlp_output.shape == (49, 1, 56, 56)
"""

PLACES = """
def update_images(i):
    figure, axes = plt.subplots(1, 3, figsize=(9, 3))
    pictures = {"input": mnist_sample, "CNN": cnn_output, "MLP": mlp_output}
    for axis, (title, picture) in zip(axes, pictures.items()):
        axis.imshow(picture[i, 0])
        axis.set_title(f"{title}, place {i}")
        axis.axis("off")
    plt.show()


for i in (0, 3, 24, 45):
    update_images(i)
"""

CIFAR = '''
def cifar10(train):
    """CIFAR-10 as tensors, or, where it cannot be had, coloured shapes that stand in for it."""
    try:
        import torchvision.datasets as dset

        data = dset.CIFAR10("./datasets", train=train, download=True)
    except Exception as error:
        print("CIFAR-10 is not to be had here, so made-up pictures are used:", error)
        return shapes(1024 if train else 512, seed=int(train))
    images = torch.from_numpy(np.asarray(data.data)).permute(0, 3, 1, 2).float() / 255
    return images, torch.tensor(data.targets)


def shapes(count, seed):
    """Ten classes: five shapes of two sizes, anywhere, in any colour, on a noisy ground."""
    random = np.random.default_rng(seed)
    rows, columns = np.mgrid[0:32, 0:32]
    labels = random.integers(0, 10, count)
    images = random.uniform(0, 0.4, (count, 3, 32, 32))
    for image, label in zip(images, labels):
        size = 5 if label < 5 else 8
        down, right = random.integers(9, 23, 2)
        y, x = np.abs(rows - down), np.abs(columns - right)
        inside = [
            y + x < size,
            np.maximum(y, x) < size * 0.8,
            (y < 2) & (x < size),
            (x < 2) & (y < size),
            np.abs(np.hypot(y, x) - size * 0.7) < 1.5,
        ][label % 5]
        image[:, inside] = random.uniform(0.5, 1, 3)[:, None]
    return torch.from_numpy(images).float(), torch.from_numpy(labels)


mean = torch.tensor([0.4914, 0.4822, 0.4465])[:, None, None]
deviation = torch.tensor([0.2023, 0.1994, 0.2010])[:, None, None]
loaders = []
for train in (True, False):
    images, labels = cifar10(train)
    normalized = TensorDataset((images - mean) / deviation, labels)
    loaders.append(DataLoader(normalized, batch_size=64, shuffle=train))
loader_train, loader_test = loaders
'''

TRAINING = '''
def check_valid_accuracy(loader, model):
    """The share of a loader's images that a model classifies rightly."""
    model.eval()
    with torch.no_grad():
        right = [(model(x.to(device)).argmax(1).cpu() == y).float() for x, y in loader]
    return torch.cat(right).mean().item()


def train_model(model, optimizer, epochs=1):
    """Train, and return the accuracy on the test images after every epoch."""
    model.to(device)
    accuracies = []
    for epoch in range(epochs):
        model.train()
        for x, y in loader_train:
            optimizer.zero_grad()
            F.cross_entropy(model(x.to(device)), y.to(device)).backward()
            optimizer.step()
        accuracies.append(check_valid_accuracy(loader_test, model))
        print(f"epoch {epoch + 1}: {100 * accuracies[-1]:.1f} %")
    return accuracies


def count_parameters(model):
    return sum(p.numel() for p in model.parameters())
'''

NETWORKS = """
class ThreeLayerMLP(nn.Module):
    def __init__(self, input_size, hidden_size, num_classes):
        super().__init__()
        self.fc1 = nn.Linear(input_size, hidden_size)
        self.fc2 = nn.Linear(hidden_size, hidden_size)
        self.classifier = nn.Linear(hidden_size, num_classes)

    def forward(self, x):
        hidden = F.relu(self.fc2(F.relu(self.fc1(x.flatten(start_dim=1)))))
        return self.classifier(hidden)


class ThreeLayerConvNet(nn.Module):
    def __init__(self, in_channel, channel_1, channel_2, num_classes):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channel, channel_1, 5, padding=2)
        self.conv2 = nn.Conv2d(channel_1, channel_2, 3, padding=1)
        self.classifier = nn.Linear(channel_2 * 32 * 32, num_classes)

    def features(self, x):
        return F.relu(self.conv2(F.relu(self.conv1(x)))).flatten(start_dim=1)

    def forward(self, x):
        return self.classifier(self.features(x))


class ThreeLayerConvNetDetached(ThreeLayerConvNet):
    def forward(self, x):
        return self.classifier(self.features(x).detach())


mlp_model = ThreeLayerMLP(3 * 32 * 32, 350, 10)
cnn_model = ThreeLayerConvNet(3, 100, 100, 10)
detached_cnn_model = ThreeLayerConvNetDetached(3, 100, 100, 10)
num_params_mlp, num_params_cnn = count_parameters(mlp_model), count_parameters(cnn_model)
print(f"{num_params_mlp} parameters in the MLP, {num_params_cnn} in the CNN")
"""

STARTER = (
    prose("""
        # What convolution is good for

        Run the cells from top to bottom and explain what you see. There is no code to write.
    """),
    code(SETUP),
    prose("## Part A. A digit that moves\n\nBoth networks are fresh: nothing was trained."),
    code(GLYPH),
    code(UNTRAINED),
    code(PLACES),
    prose("**Question (b).** What do you observe in the CNN, and why does the MLP differ?"),
    prose(ANSWER),
    prose("**Question (c).** Nothing was trained, and still the CNN shows useful features. Why?"),
    prose(ANSWER),
    prose("## Part B. Training on CIFAR-10"),
    code(CIFAR),
    code(TRAINING),
    code(NETWORKS),
    code(f"""
        assert num_params_mlp == {MLP_PARAMETERS}
        assert num_params_cnn == {CNN_PARAMETERS}
    """),
    code("""
        learning_rate, total_epochs = 1e-2, 5
        mlp_optimizer = optim.SGD(mlp_model.parameters(), lr=learning_rate)
        cnn_optimizer = optim.SGD(cnn_model.parameters(), lr=learning_rate)
        print("MLP")
        mlp_accuracy = train_model(mlp_model, mlp_optimizer, total_epochs)
        print("CNN")
        cnn_accuracy = train_model(cnn_model, cnn_optimizer, total_epochs)
    """),
    prose("**Question (a).** Which accuracies do the two reach? Which is better, and why?"),
    prose(ANSWER),
    prose("The convolutions stay as they are, and only the last layer learns."),
    code("""
        detached_cnn_optimizer = optim.SGD(detached_cnn_model.parameters(), lr=learning_rate)
        detached_cnn_accuracy = train_model(
            detached_cnn_model, detached_cnn_optimizer, total_epochs
        )
        print(count_parameters(detached_cnn_model.classifier), "parameters are trained")
    """),
    prose("**Question (d).** Explain this result beside that of the MLP."),
    prose(ANSWER),
)

NOTEBOOK = Notebook(
    requires=("ThreeLayerConvNet", "preprocess_mnist_data", "mlp_accuracy"),
    cell_seconds=600,
    total_seconds=1500,
    long=True,
    starter=STARTER,
)
