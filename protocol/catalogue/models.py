"""The methods of a part of the catalogue. Models."""

from protocol import errors as e
from protocol import methods as m
from protocol.catalogue.method import Method

MODELS = (
    Method(
        "models", m.NoParams, m.ModelsResult,
        "The models in use by role, those found on this machine's usual ports, and the presets.",
        answer={"roles": [{"role": "render", "model": "smollm2"}], "discovered": [], "presets": []},
        gated=False, reads=True,
        see=("use_model", "probe"),
    ),
    Method(
        "use_model", m.UseModelParams, m.UseModelResult,
        "From now on a role uses this model; kept in config.toml.",
        (e.INVALID_PARAMS, e.MODEL_UNAVAILABLE, e.STORAGE),
        {"role": "render", "model": "my-model", "base_url": "http://127.0.0.1:1234/v1"},
        {"role": "render", "model": "my-model", "endpoint": "127.0.0.1:1234"},
        gated=False,
        see=("models", "probe"),
    ),
    Method(
        "probe", m.ProbeParams, m.ProbeResult, "Tries an endpoint and says what it can do.",
        (e.INVALID_PARAMS,), {"base_url": "http://127.0.0.1:1234/v1"},
        {"endpoint": "127.0.0.1:1234", "ok": True, "why": "", "report": {}},
        gated=False,
        see=("models", "use_model"),
    ),
)  # fmt: skip
