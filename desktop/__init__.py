"""Portside: private registries, images and containers, by clicking."""

__version__ = "0.1.0"
