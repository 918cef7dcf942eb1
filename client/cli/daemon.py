"""The subcommands about the daemon and its models. Each imports what it needs when it runs, so that help is quick."""

import sys
from pathlib import Path
from typing import Any

import click

json_option = click.option("--json", "raw", is_flag=True, help="Print the result as JSON.")

ROLES = {"writing": "render", "tracking": "read", "memory": "embed"}
"""What models are for, in the words of people, and on the wire."""

role_option = click.option(
    "--role", type=click.Choice([*ROLES, *ROLES.values()]), default="writing", show_default=True,
    metavar="[writing|tracking|memory]",
    help="What for: writing replies, tracking changes, or memory search.",
)  # fmt: skip


@click.command()
@click.argument("method")
@click.argument("params", required=False)
@click.pass_obj
def call(home: Path, method: str, params: str | None) -> None:
    """Call any method of the daemon.

    PARAMS is a JSON object ('-' reads standard input). The result is printed as JSON.
    """
    from client.play import errand

    given: dict[str, Any] = errand.parsed(params, "PARAMS", dict)
    result = errand.errand(home, lambda connection: connection.call(method, **given))
    errand.show(result, True, list)


@click.command()
@json_option
@click.pass_obj
def status(home: Path, raw: bool) -> None:
    """Show the daemon's status. Doesn't start it."""
    from client.play import errand
    from client.show import format_result

    if errand.run(errand.daemon_pid(home)) is None:
        errand.fail(f"No daemon is running for {home}. `rpc` starts one.")
    errand.show(errand.call(home, "status"), raw, format_result.status)


@click.command()
@click.pass_obj
def restart(home: Path) -> None:
    """Restart the daemon, in this program's version."""
    from client.play import errand
    from client.wire import process

    _end(home)
    errand.run(process.wake(home, lambda _: None))
    errand.say("The daemon is running.")


@click.command()
@click.pass_obj
def shutdown(home: Path) -> None:
    """Stop the daemon.

    It finishes or saves what it is doing. (To stop a reply: rpc stop.)
    """
    from client.play import errand

    errand.say("The daemon has stopped." if _end(home) else "No daemon is running.")


def _end(home: Path) -> bool:
    from client.play import errand
    from client.wire import process

    pid = errand.run(errand.daemon_pid(home))
    if pid is not None and not errand.run(process.end(pid, home)):
        errand.fail(f"The daemon (pid {pid}) doesn't stop. `kill -9 {pid}` ends it; nothing saved is lost.")
    return pid is not None


@click.command()
@click.option("--no-browser", is_flag=True, help="Only print the link.")
@click.pass_obj
def web(home: Path, no_browser: bool) -> None:
    """Open your stories in the browser."""
    from client.play import errand
    from client.wire import browser
    from client.wire.connection import Connection

    async def work(connection: Connection) -> str:
        return (browser.address if no_browser else browser.show)(home, connection.hello)

    errand.say(errand.errand(home, work))


@click.command()
@click.option("--rotate", is_flag=True, help="Make a new one; whoever used the old one is disconnected.")
@click.pass_obj
def token(home: Path, rotate: bool) -> None:
    """Print the token that a frontend needs."""
    from client.play import errand
    from client.wire.connection import Connection
    from protocol import places

    async def work(connection: Connection) -> str:
        if rotate:
            await connection.call("rotate_token")
        return (places.runtime_dir(home) / places.TOKEN).read_text().strip()

    errand.say(errand.errand(home, work))


@click.command()
@json_option
@click.pass_obj
def models(home: Path, raw: bool) -> None:
    """List the models in use and those found on this machine."""
    from client.play import errand
    from client.show import format_result

    found = errand.call(home, "models")
    status = None if raw else errand.call(home, "status")
    errand.show(found, raw, lambda r: format_result.models(r, status))


@click.command(name="use")
@click.argument("model")
@role_option
@click.option("--url", help="The server's address (default: the one in use), or 'embedded'.")
@click.pass_obj
def use(home: Path, model: str, role: str, url: str | None) -> None:
    """Choose a model.

    MODEL is its name on the server, or 'embedded' for the built-in one.
    """
    from client.play import errand
    from client.show import format_result

    name, address = ("", "embedded") if model == "embedded" else (model, url)
    used = errand.call(home, "use_model", role=ROLES.get(role, role), model=name, base_url=address)
    errand.say(format_result.using(used["role"], used["model"], used["endpoint"]))


@click.command()
@click.option("--url", help="The server's address (default: the one in use).")
@click.option("--model", help="One of its models.")
@role_option
@json_option
@click.pass_obj
def probe(home: Path, url: str | None, model: str | None, role: str, raw: bool) -> None:
    """Try a model and report what it can do.

    Exits with 1 if it doesn't answer.
    """
    from client.play import errand
    from client.show import format_result

    result = errand.call(home, "probe", base_url=url, model=model, role=ROLES.get(role, role))
    errand.show(result, raw, format_result.probe)
    sys.exit(0 if result["ok"] else 1)


@click.command()
@click.pass_obj
def discover(home: Path) -> None:
    """Print the daemon's methods as an OpenRPC document."""
    from client.play import errand

    errand.show(errand.call(home, "rpc.discover"), True, list)
