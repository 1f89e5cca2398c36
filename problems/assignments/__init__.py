"""Which problem stands under which number on which paper."""
