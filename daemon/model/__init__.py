"""Backends: one stateless door to any language model, and the keeper of who does what. The sole importer of openai."""

from daemon.model.endpoint import Model as Model
from daemon.model.models import Models as Models
