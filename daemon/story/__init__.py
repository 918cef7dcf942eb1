"""The simulation: what is true, what each mind knows of it, and which requests the rules allow. Pure throughout."""
