"""The notebook on filters designed by hand: how it is run, and the starter to download."""

from grader.spec import Notebook, code, prose

from .hand_designed_probes import SIZES

PUBLIC_AVERAGING = f"""
flat = np.full((12, 17), 0.5)
for size in {SIZES}:
    blurred = averaging_filtering(gray_img, size)
    assert np.shape(blurred) == gray_img.shape, "the result has the shape of the image"
    unchanged = np.allclose(averaging_filtering(flat, size), flat)
    assert unchanged, "a flat image stays as bright as it was"
print("averaging_filtering: shapes and brightness are right")
"""

PUBLIC_EDGES = """
flat = np.full((12, 17), 0.5)
edges = edge_detecting(gray_img)
assert np.shape(edges) == gray_img.shape, "the result has the shape of the image"
assert np.allclose(edge_detecting(flat), 0), "there is no edge in a flat image"
assert np.abs(edges).max() > 0.1, "the test picture has edges"
print("edge_detecting: shape, flat areas and some edge are right")
"""

STARTER = (
    prose("""
        # Filters designed by hand

        Before networks learned their filters, people wrote them down. You write two: one that
        blurs and one that finds edges. Set `kernel` in both functions and leave the lines after
        it as they are: `ndimage.convolve` flips the kernel, reflects the image at its borders and
        returns an image of the same shape.

        The cells headed *Check* hold for every right solution. Passing them is necessary, not
        sufficient.
    """),
    code("""
        import random

        import matplotlib.pyplot as plt
        import numpy as np
        from scipy import ndimage

        %matplotlib inline
        plt.rcParams["image.cmap"] = "gray"
        random.seed(7)
        np.random.seed(7)
    """),
    prose("""
        ## A test picture

        A shaded ground with a disc, a frame, a slanted bar and a little noise; values in [0, 1].
        Put a photograph of your own in its place if you like: `gray_img` is an array of shape
        (height, width).
    """),
    code("""
        def test_picture(height=120, width=160):
            rows, columns = np.mgrid[0:height, 0:width]
            picture = 0.2 + 0.2 * columns / width
            picture[(rows - 40) ** 2 + (columns - 45) ** 2 < 25**2] = 0.9
            picture[70:105, 15:70] = 0.7
            picture[78:97, 23:62] = 0.3
            picture[np.abs(rows - 1.2 * (columns - 80)) < 9] = 0.05
            return np.clip(picture + np.random.normal(scale=0.02, size=picture.shape), 0, 1)


        def show_multiple_images(images, titles):
            figure, axes = plt.subplots(1, len(images), figsize=(4 * len(images), 4))
            for axis, image, title in zip(np.atleast_1d(axes), images, titles):
                axis.imshow(image)
                axis.set_title(title)
                axis.axis("off")
            plt.show()


        gray_img = test_picture()
        show_multiple_images([gray_img], ["original"])
    """),
    prose("""
        ## (a) Blurring

        Each pixel becomes the average of the `filter_size` x `filter_size` pixels around it.
    """),
    code("""
        def averaging_filtering(image, filter_size=3):
            kernel = None
            # Your code here: a kernel of filter_size x filter_size entries.

            # End of your code.
            output = ndimage.convolve(image, kernel)
            return output
    """),
    prose("*Check.*"),
    code(PUBLIC_AVERAGING),
    code(f"""
        avg_images, avg_titles = [gray_img], ["original"]
        for kernel_size in {list(SIZES)}:
            avg_images.append(averaging_filtering(gray_img, kernel_size))
            avg_titles.append(f"{{kernel_size}} x {{kernel_size}} average")
        show_multiple_images(avg_images, avg_titles)
    """),
    prose("""
        ## (b) Finding edges

        A kernel that gives zero where the brightness does not change, and an answer at edges of
        every direction: horizontal, vertical and slanted ones.
    """),
    code("""
        def edge_detecting(image):
            kernel = None
            # Your code here: a 3 x 3 kernel.

            # End of your code.
            output = ndimage.convolve(image, kernel)
            return output
    """),
    prose("*Check.*"),
    code(PUBLIC_EDGES),
    code("""
        show_multiple_images([gray_img, edge_detecting(gray_img)], ["original", "edges"])
    """),
)

NOTEBOOK = Notebook(requires=("averaging_filtering", "edge_detecting"), starter=STARTER)
