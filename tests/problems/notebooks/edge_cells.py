"""The cells of a finished notebook on edges, as its tests hand them in."""

from problems.training.edge_starter_given import DATA, NETWORKS, SETUP, TRAINING

# A network that needs no training: it looks at how rows and columns differ. The convolution beside
# it makes it one of those that are judged; `blind` makes it guess.
SEEING = """
class SimpleCNN(nn.Module):
    def __init__(self, kernel_size=7, num_classes=3, blind=False):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 3, kernel_size)
        self.scale = nn.Parameter(torch.ones(1))
        self.blind, self.more = blind, num_classes - 3

    def forward(self, x):
        down, across = x[:, 0].std(1).amax(1), x[:, 0].std(2).amax(1)
        scores = torch.stack([down, across, 0.01 + 0 * down], dim=1) * self.scale
        scores = F.pad(scores, (0, self.more))
        return scores * 0 if self.blind else scores
"""
SMALL = """
transforms = None
small_dataset_config = dict(
    data_per_class=10, num_classes=3, class_type=["horizontal", "vertical", "none"]
)
small_dataset = EdgeDetectionDataset(small_dataset_config, 'train', transform=transforms)
"""
SMALL_LOADER = "small_dataset_loader = DataLoader(small_dataset, batch_size=32, shuffle=True)"
LOADERS = """
train_loader_dict = dict()
train_batch_size, valid_batch_size = 10, 256
for n in [10, 30, 50, 100]:
    train_data = EdgeDetectionDataset(dict(data_per_class=n), 'train', transform=transforms)
    train_loader_dict[n] = DataLoader(train_data, batch_size=train_batch_size, shuffle=True)
valid_data = EdgeDetectionDataset(dict(data_per_class=50), 'valid', transform=transforms)
valid_loader = DataLoader(valid_data, batch_size=valid_batch_size)
"""
SWEEP = """
num_epochs, lr = 1, 1e-9
for num_image, train_loader in train_loader_dict.items():
    cnn_model = SimpleCNN(kernel_size=7)
    cnn_optimizer = optim.SGD(cnn_model.parameters(), lr=lr)
    mlp_model = ThreeLayerMLP(hidden_dims=[50, 10])
    mlp_optimizer = optim.SGD(mlp_model.parameters(), lr=lr)
    cnn_results = train_model(cnn_model, cnn_optimizer, num_epochs, train_loader, valid_loader)
    mlp_results = train_model(mlp_model, mlp_optimizer, num_epochs, train_loader, valid_loader)
    print("CNN Acc: {}, MLP Acc: {}".format(cnn_results["final_valid_acc"], 33))
"""
SHIFT = """
train_loader_dict, valid_loader = dict(), None
for n in [10, 30]:
    config = dict(data_per_class=n, possible_edge_location_ratio=0.5)
    train_loader_dict[n] = DataLoader(EdgeDetectionDataset(config, 'train'), 10, shuffle=True)
valid_data = EdgeDetectionDataset(
    dict(data_per_class=50, possible_edge_location_ratio=0.5), 'valid'
)
valid_loader = DataLoader(valid_data, batch_size=10, shuffle=False)
"""
LARGER = """
class DeeperCNN(SimpleCNN):
    pass

train_loader_dict = dict()
config = dict(class_type=['horizontal', 'vertical', 'diagonal', 'both', 'none'], num_classes=5)
train_data = EdgeDetectionDataset(dict(config, data_per_class=30), 'train')
train_loader_dict[30] = DataLoader(train_data, batch_size=10, shuffle=True)
valid_loader = train_loader_dict[30]
deeper_cnn_model = DeeperCNN(kernel_size=7, num_classes=5)
deeper_cnn_optimizer = optim.SGD(deeper_cnn_model.parameters(), lr=1e-9)
deeper_cnn_results = train_model(
    deeper_cnn_model, deeper_cnn_optimizer, 1, train_loader_dict[30], valid_loader
)
"""
GIVEN = (SETUP, DATA, NETWORKS, SEEING)
CELLS = (*GIVEN, SMALL, SMALL_LOADER, LOADERS, TRAINING, SWEEP, SHIFT, SWEEP, LARGER)


def changed(cell, old, new, cells=CELLS):
    assert old in cell
    place = cells.index(cell)
    return (*cells[:place], cell.replace(old, new), *cells[place + 1 :])
