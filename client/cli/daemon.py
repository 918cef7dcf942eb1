"""The subcommands about the daemon and its models. Each imports what it needs when it runs, so that help is quick."""

import sys
from pathlib import Path
from typing import Any

import click

json_option = click.option("--json", "raw", is_flag=True, help="The raw result.")


@click.command()
@click.argument("method")
@click.argument("params", required=False)
@click.pass_obj
def call(home: Path, method: str, params: str | None) -> None:
    """Makes one raw call, and prints the result as JSON.

    PARAMS is a JSON object ('-': from standard input).
    """
    from client.play import errand

    given: dict[str, Any] = errand.parsed(params, "PARAMS", dict)
    result = errand.errand(home, lambda connection: connection.call(method, **given))
    errand.show(result, True, list)


@click.command()
@json_option
@click.pass_obj
def status(home: Path, raw: bool) -> None:
    """How the daemon is. Does not start one."""
    from client.play import errand
    from client.show import format_result

    if errand.run(errand.daemon_pid(home)) is None:
        errand.fail(f"No daemon runs on {home}: `rpc` starts one.")
    errand.show(errand.call(home, "status"), raw, format_result.status)


@click.command()
@click.pass_obj
def restart(home: Path) -> None:
    """Ends the daemon and starts this client's own."""
    from client.play import errand
    from client.wire import process

    _end(home)
    errand.run(process.wake(home, lambda _: None))
    errand.say("The daemon runs.")


@click.command()
@click.pass_obj
def shutdown(home: Path) -> None:
    """Ends the daemon, in good order.

    What runs is finished or parked first. (To stop a reply: rpc stop.)
    """
    from client.play import errand

    errand.say("The daemon has ended." if _end(home) else "No daemon runs.")


def _end(home: Path) -> bool:
    from client.play import errand
    from client.wire import process

    pid = errand.run(errand.daemon_pid(home))
    if pid is not None and not errand.run(process.end(pid, home)):
        errand.fail(
            f"The daemon (pid {pid}) does not end; `kill -9 {pid}` would do, and loses nothing that is written."
        )
    return pid is not None


@click.command()
@click.option("--no-browser", is_flag=True, help="Only print the address.")
@click.pass_obj
def web(home: Path, no_browser: bool) -> None:
    """Opens the page, or prints its address."""
    from client.play import errand
    from client.wire import browser
    from client.wire.connection import Connection

    async def work(connection: Connection) -> str:
        return (browser.address if no_browser else browser.show)(home, connection.hello)

    errand.say(errand.errand(home, work))


@click.command()
@click.option("--rotate", is_flag=True, help="Replace it; connections that used the old one are dropped.")
@click.pass_obj
def token(home: Path, rotate: bool) -> None:
    """Prints the token that a frontend needs."""
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
    """The models in use and those found here."""
    from client.play import errand
    from client.show import format_result

    errand.show(errand.call(home, "models"), raw, format_result.models)


@click.command(name="use")
@click.argument("model")
@click.option("--role", default="render", show_default=True, help="render, read or embed.")
@click.option("--url", help="The address of the endpoint (else the present one), or 'embedded'.")
@click.pass_obj
def use(home: Path, model: str, role: str, url: str | None) -> None:
    """Chooses the model of a role.

    MODEL is its name at the endpoint, or 'embedded': the one that comes along.
    """
    from client.play import errand

    name, address = ("", "embedded") if model == "embedded" else (model, url)
    used = errand.call(home, "use_model", role=role, model=name, base_url=address)
    errand.say(f"{used['role']}: {used['model'] or 'its first model'} at {used['endpoint']}")


@click.command()
@click.option("--url", help="The address of an endpoint (else the one in use).")
@click.option("--model", help="One of its models.")
@click.option("--role", default="render", show_default=True, help="The role to try it for.")
@json_option
@click.pass_obj
def probe(home: Path, url: str | None, model: str | None, role: str, raw: bool) -> None:
    """Tries a model and says what it can do.

    Exits with 1 where it does not answer.
    """
    from client.play import errand
    from client.show import format_result

    result = errand.call(home, "probe", base_url=url, model=model, role=role)
    errand.show(result, raw, format_result.probe)
    sys.exit(0 if result["ok"] else 1)


@click.command()
@click.pass_obj
def discover(home: Path) -> None:
    """The OpenRPC document of the daemon."""
    from client.play import errand

    errand.show(errand.call(home, "rpc.discover"), True, list)


DAEMON_COMMANDS = (call, status, restart, shutdown, web, token, models, use, probe, discover)
