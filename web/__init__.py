"""The portal: pages for students and staff. It runs nothing of the bank and grades nothing."""
