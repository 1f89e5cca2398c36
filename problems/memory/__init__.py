"""Memory of models, optimizers and batches."""
