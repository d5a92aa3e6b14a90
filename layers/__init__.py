"""What the images and layers are made of. ``archive.py`` makes the two zips of the variant without an image."""
