"""The front door: wires everything; the only module that knows every floor."""
