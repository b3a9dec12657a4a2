"""Inputs that nobody sends in good faith, by the million, against the real public door in a process of its own.

known.py has what both sides know; odd.py, spoken.py, linking.py and wire.py make inputs, and made.py mixes them.
subject.py is the gateway's process, watch.py what is seen of it, line.py a connection to it; run.py sends, looks and
counts; again.py looks for the one input of many that was to blame.
"""
