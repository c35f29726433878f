"""The command line: a file per command, each of them reading, calling one front door, writing and printing.

Commands import the engines inside their bodies, so that ``carerounds --help`` answers at once.
"""
