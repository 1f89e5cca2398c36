"""What the notebook on edges gives to its students: data, networks, training, pictures."""

SETUP = """
import random
from copy import deepcopy

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
from torch.utils.data import DataLoader, Dataset

%matplotlib inline
plt.rcParams["image.cmap"] = "gray"
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
seed = 42


def set_seed(seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


set_seed(seed)
"""

DATA = '''
class EdgeDetectionDataset(Dataset):
    """Images of 28 x 28 with a bright band on a dark ground; items are (image, label).

    domain_config may hold data_per_class, num_classes, class_type (what each class shows, out of
    "horizontal", "vertical", "diagonal", "both" and "none"), use_permutation and permutater (pixels
    in another order), and possible_edge_location_ratio: below 1, training images have their bands
    in that first share of the image, and validation images in the rest.
    """

    def __init__(self, domain_config, mode="train", transform=None):
        self.data_per_class = domain_config.get("data_per_class", 1000)
        self.class_type = domain_config.get("class_type", ["horizontal", "vertical", "none"])
        self.num_classes = domain_config.get("num_classes", 3)
        self.possible_edge_location_ratio = domain_config.get("possible_edge_location_ratio", 1.0)
        self.use_permutation = domain_config.get("use_permutation", False)
        self.permutater = domain_config.get("permutater", None)
        self.mode, self.transform = mode, transform
        assert self.num_classes == len(self.class_type), "class_type names every class"
        assert mode in ("train", "valid")
        self.y = np.repeat(np.arange(self.num_classes), self.data_per_class)
        pictures = [self._picture(self.class_type[label]) for label in self.y]
        self.X = (255 * np.stack(pictures)).astype(np.uint8)
        if self.use_permutation:
            flat = self.X.reshape(len(self.X), -1)
            self.X = flat[:, self.permutater].reshape(self.X.shape)

    def __len__(self):
        return len(self.X)

    def __getitem__(self, index):
        image = torch.from_numpy(self.X[index])[None].float() / 255
        return (image if self.transform is None else self.transform(image)), int(self.y[index])

    def _band(self):
        middle = int(28 * self.possible_edge_location_ratio)
        first, last = (0, middle) if self.mode == "train" or middle == 28 else (middle, 28)
        width = np.random.randint(1, 5)
        start = np.random.randint(first, last - width)
        return slice(start, start + width)

    def _picture(self, kind):
        picture = np.full((28, 28), np.random.uniform(0, 0.2))
        if kind in ("horizontal", "both"):
            picture[self._band(), :] = np.random.uniform(0.25, 1)
        if kind in ("vertical", "both"):
            picture[:, self._band()] = np.random.uniform(0.25, 1)
        if kind == "diagonal":
            rows, columns = np.mgrid[0:28, 0:28] - 13.5
            angle = np.deg2rad(np.random.choice([30, 45, 120, 135]))
            distance = rows * np.cos(angle) + columns * np.sin(angle) - np.random.uniform(-10, 10)
            share = np.clip(np.random.uniform(1, 3) / 2 + 0.5 - np.abs(distance), 0, 1)
            picture += (np.random.uniform(0.25, 1) - picture) * share
        return picture
'''

NETWORKS = '''
def convolution(inputs, outputs, size):
    return nn.Conv2d(inputs, outputs, size, padding=(size - 1) // 2, padding_mode="reflect")


class Convolutional(nn.Module):
    """Convolutions with ReLU, a halving in the middle, the mean over places, one dense layer."""

    def __init__(self, halve, before, after, num_filters, kernel_size, num_classes):
        super().__init__()
        sizes = [1] + [num_filters] * (before + after)
        for place in range(before + after):
            layer = convolution(sizes[place], sizes[place + 1], kernel_size)
            setattr(self, f"conv{place + 1}", layer)
        self.before, self.after, self.halve = before, after, halve
        self.fc = nn.Linear(num_filters, num_classes)

    def forward(self, x):
        for place in range(self.before + self.after):
            x = F.relu(getattr(self, f"conv{place + 1}")(x))
            if place + 1 == self.before:
                x = self.halve(x)
        return self.fc(x.mean(dim=(2, 3)))


class SimpleCNN(Convolutional):
    def __init__(self, num_filters=3, kernel_size=2, num_classes=3):
        super().__init__(nn.MaxPool2d(2), 1, 1, num_filters, kernel_size, num_classes)


class SimpleCNN_avgpool(Convolutional):
    def __init__(self, num_filters=3, kernel_size=2, num_classes=3):
        super().__init__(nn.AvgPool2d(2), 1, 1, num_filters, kernel_size, num_classes)


class DeeperCNN(Convolutional):
    def __init__(self, num_filters=3, kernel_size=7, num_classes=5):
        super().__init__(nn.MaxPool2d(2), 2, 2, num_filters, kernel_size, num_classes)


class WiderCNN(Convolutional):
    def __init__(self, num_filters=6, kernel_size=7, num_classes=5):
        super().__init__(nn.MaxPool2d(2), 1, 1, num_filters, kernel_size, num_classes)


class Dense(nn.Sequential):
    def __init__(self, *sizes):
        layers = [nn.Flatten()]
        for inputs, outputs in zip(sizes, sizes[1:]):
            layers += [nn.Linear(inputs, outputs), nn.ReLU()]
        super().__init__(*layers[:-1])


class TwoLayerMLP(Dense):
    def __init__(self, hidden_dim=10, num_classes=3):
        super().__init__(28 * 28, hidden_dim, num_classes)


class ThreeLayerMLP(Dense):
    def __init__(self, hidden_dims=(10, 10), num_classes=3):
        super().__init__(28 * 28, *hidden_dims, num_classes)


def count_parameters(model, only_trainable=False):
    return sum(p.numel() for p in model.parameters() if p.requires_grad or not only_trainable)


def freeze_conv_layer(model):
    for name, parameter in model.named_parameters():
        if name.startswith("conv"):
            parameter.requires_grad = False


def init_conv_kernel_with_edge_detector(model):
    """Set the three filters of conv1 to a step down, a step across, and a mean of both."""
    size = model.conv1.kernel_size[0]
    step = torch.linspace(-1, 1, size).sign()[:, None].expand(size, size) / size**2
    with torch.no_grad():
        for place, kernel in enumerate([step, step.T, (step + step.T) / 2]):
            model.conv1.weight[place, 0] = kernel
'''

TRAINING = '''
def train_one_epoch(model, optimizer, criterion, train_loader, device, epoch, verbose=False):
    """Return mean loss and accuracy in percent, as they were while training."""
    model.train()
    total, right = 0.0, 0
    for images, labels in train_loader:
        images, labels = images.to(device), labels.to(device)
        optimizer.zero_grad()
        scores = model(images)
        loss = criterion(scores, labels)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
        right += (scores.argmax(dim=1) == labels).sum().item()
    count = len(train_loader.dataset)
    return total / count, 100 * right / count


def evaluate(model, criterion, valid_loader, device, verbose=False):
    """Return mean loss, accuracy in percent, and the confusion matrix (rows are true classes)."""
    model.eval()
    total, guesses, truths = 0.0, [], []
    with torch.no_grad():
        for images, labels in valid_loader:
            images, labels = images.to(device), labels.to(device)
            scores = model(images)
            total += criterion(scores, labels).item() * len(labels)
            guesses.append(scores.argmax(dim=1).cpu())
            truths.append(labels.cpu())
    guesses, truths = torch.cat(guesses), torch.cat(truths)
    matrix = np.zeros((scores.shape[1],) * 2, dtype=int)
    np.add.at(matrix, (truths.numpy(), guesses.numpy()), 1)
    return total / len(truths), 100 * (guesses == truths).double().mean().item(), matrix


def train_model(model, optimizer, num_epochs, train_loader, valid_loader):
    """Train, and return losses and accuracies of every epoch."""
    criterion = nn.CrossEntropyLoss()
    results = {"train_loss": [], "train_acc": [], "valid_loss": [], "valid_acc": []}
    for epoch in range(num_epochs):
        loss, acc = train_one_epoch(model, optimizer, criterion, train_loader, device, epoch)
        valid_loss, valid_acc, matrix = evaluate(model, criterion, valid_loader, device)
        for name, value in zip(results, (loss, acc, valid_loss, valid_acc)):
            results[name].append(value)
    return dict(results, final_valid_acc=valid_acc, confusion_matrix=matrix)
'''

PLOTS = """
def vis_dataset(dataset, num_show_per_class=8):
    starts = range(0, len(dataset), dataset.data_per_class)
    figure, axes = plt.subplots(len(starts), num_show_per_class, figsize=(10, 1.3 * len(starts)))
    for row, start in zip(axes, starts):
        for place, axis in enumerate(row):
            axis.imshow(np.squeeze(np.asarray(dataset[start + place][0])), vmin=0, vmax=1)
            axis.axis("off")
    plt.show()


def vis_kernel(kernels, title=""):
    figure, axes = plt.subplots(1, len(kernels), figsize=(2 * len(kernels), 2.3))
    for axis, kernel in zip(np.atleast_1d(axes), kernels):
        axis.imshow(kernel[0])
        axis.axis("off")
    figure.suptitle(title)
    plt.show()


def vis_curves(**results):
    figure, axes = plt.subplots(1, 2, figsize=(10, 3))
    for name, result in results.items():
        for axis, quantity in zip(axes, ("loss", "acc")):
            axis.plot(result[f"train_{quantity}"], "--", label=f"{name}, training")
            axis.plot(result[f"valid_{quantity}"], label=f"{name}, validation")
            axis.set_ylabel(quantity)
            axis.set_xlabel("epoch")
            axis.legend()
    plt.show()
"""
