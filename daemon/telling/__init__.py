"""From state to prose and back: prompts, who speaks, what a reply is made of. The model is a parameter."""
