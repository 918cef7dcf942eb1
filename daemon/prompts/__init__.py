"""What a model is shown: prompts and what is recalled for them, and where each part of one comes from."""
