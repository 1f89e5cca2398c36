"""What runs behind the wall: the warm process, the walls around one job, and the cell runner."""
