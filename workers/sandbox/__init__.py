"""Runs student notebooks where they can do no harm; see docs/sandbox.md.

`supervisor.Sandbox` is the way in. What stands in `inside/` runs behind the wall and is copied
there without the rest of the project, so it imports nothing of ours but the wire and the codec.
"""
