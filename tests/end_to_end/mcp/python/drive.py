"""Calls every tool that a server lists, with the official Python MCP client.

Usage: drive.py MODE stdio PROGRAM ARGUMENT...     the program inherits the environment
       drive.py MODE http URL KEY
MODE is auto or legacy. Prints one JSON object: the protocol version, the listed tools, and the called tools.
"""

import asyncio
import base64
import json
import os
import struct
import sys
import zlib

from mcp import Client
from mcp.client.stdio import StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp_types import ElicitResult
import httpx2

ABSENT = "00000000-0000-4000-8000-000000000000"


def png(shade):
    """Returns a blank page as base64."""
    rows = b"".join(b"\0" + bytes([shade]) * 64 for _ in range(64))

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 64, 64, 8, 0, 0, 0, 0)
    page = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return base64.b64encode(page).decode()


class Driver:
    def __init__(self, client):
        self.client = client
        self.called = []
        self.progress = []

    async def call(self, tool, arguments, fails=False):
        async def progress(done, total, message):
            self.progress.append((done, total))

        result = await self.client.call_tool(tool, arguments, progress_callback=progress)
        text = result.content[0].text
        assert text, tool
        assert bool(result.is_error) == fails, f"{tool} {arguments}: {text}"
        if not fails:
            # Some clients read the text, others the structured content.
            data = result.structured_content
            assert data == {"result": text} or json.loads(text) == data, tool
        self.called.append(tool)
        return text, result.structured_content

    async def call_every_tool(self, marker):
        text, _ = await self.call("journal_ingest_text", {"text": f"A heron by the river, {marker}.", "date": "2026-05-12"})
        entry = int(text.split("ID: ")[1].split()[0])
        text, _ = await self.call("journal_search_entries", {"query": f"heron {marker}", "limit": "5"})
        assert f"[{entry}] 2026-05-12" in text, text
        text, _ = await self.call("journal_get_topic_frequency", {"topic": "heron"})
        assert "comes up in" in text, text
        text, _ = await self.call("journal_get_entries_by_date", {"date": "2026-05-12"})
        assert marker in text, text
        text, _ = await self.call("journal_list_entries", {})
        assert marker in text, text
        _, data = await self.call("journal_get_entry", {"entry_id": entry})
        assert marker in data["final_text"], data
        text, _ = await self.call("journal_get_statistics", {})
        assert "Total entries:" in text, text
        text, _ = await self.call("journal_update_entry_text", {"entry_id": entry, "final_text": f"Two herons, {marker}."})
        assert "Entry updated" in text, text

        shade = sum(marker.encode()) % 250
        page = {"source_type": "image", "data_base64": png(shade), "media_type": "image/png", "date": "2026-05-13"}
        text, _ = await self.call("journal_ingest_media", page)
        assert "Entry stored" in text, text
        assert self.progress and self.progress[-1] == (1, 1), self.progress
        await self.call("journal_ingest_media", page, fails=True)
        pages = {"images_base64": [png(shade + 1), png(shade + 2)], "media_types": ["image/png"] * 2}
        text, _ = await self.call("journal_ingest_multi_page", pages)
        assert "Pages: 2" in text, text
        # Private addresses are never fetched.
        private = "http://127.0.0.1/page.png"
        await self.call("journal_ingest_media_from_url", {"source_type": "image", "url": private}, fails=True)
        await self.call("journal_ingest_multi_page_from_url", {"urls": [private]}, fails=True)
        _, data = await self.call("journal_get_job_status", {"job_id": ABSENT}, fails=True)
        assert data == {"error": "Job not found", "job_id": ABSENT}, data
        text, _ = await self.call("journal_ask", {"question": "What stood by the river?"})
        assert "the entries that fit the question best" in text, text
        await self.call("journal_get_mood_trends", {})
        _, data = await self.call("journal_backfill_mood_scores_batch", {"mode": "stale-only"})
        assert data["job_id"], data
        # No provider for entity extraction is configured, so there are no entities.
        await self.call("journal_extract_entities", {}, fails=True)
        _, data = await self.call("journal_extract_entities_batch", {}, fails=True)
        assert data["status"] == "failed" and data["job_id"] is None, data
        await self.call("journal_list_entities", {})
        await self.call("journal_get_entity_mentions", {"entity_id": 7}, fails=True)
        await self.call("journal_get_entity_relationships", {"entity_id": 7}, fails=True)
        return entry

    async def delete_by_token(self, entry):
        text, _ = await self.call("journal_delete_entry", {"entry_id": entry})
        assert "Nothing is deleted yet" in text, text
        token = text.split("confirmation_token ")[1]
        text, _ = await self.call("journal_delete_entry", {"entry_id": entry, "confirmation_token": token})
        assert f"Entry {entry} is deleted." == text, text

    async def destroy_and_restore(self, entry, marker):
        text, _ = await self.call("journal_ingest_text", {"text": f"A third heron, {marker}."})
        other = int(text.split("ID: ")[1].split()[0])
        await self.delete_by_token(other)
        text, _ = await self.call("journal_list_trash", {})
        assert "heron" in text, text
        text, _ = await self.call("journal_restore_entry", {"entry_id": other})
        assert f"Entry {other} is restored" in text, text
        text, _ = await self.call("journal_empty_trash", {"entry_ids": [entry]})
        token = text.split("confirmation_token ")[1]
        text, _ = await self.call("journal_empty_trash", {"entry_ids": [entry], "confirmation_token": token})
        assert "destroyed" in text, text

    async def delete_by_elicitation(self, entry):
        text, _ = await self.call("journal_delete_entry", {"entry_id": entry})
        assert f"Entry {entry} is deleted." == text, text


def connect(transport, rest, mode, **more):
    if transport == "stdio":
        server = StdioServerParameters(command=rest[0], args=rest[1:], env=dict(os.environ))
    else:
        http = httpx2.AsyncClient(headers={"Authorization": f"Bearer {rest[1]}"}, timeout=60)
        server = streamable_http_client(rest[0], http_client=http)
    return Client(server, mode=mode, **more)


async def main(mode, transport, *rest):
    marker = f"{mode}{transport}"
    async with connect(transport, rest, mode) as client:
        driver = Driver(client)
        listed = [tool.name for tool in (await client.list_tools()).tools]
        entry = await driver.call_every_tool(marker)
        await driver.delete_by_token(entry)
        await driver.destroy_and_restore(entry, marker)
        version = client.protocol_version

    async def confirm(context, params):
        assert "heron" in params.message, params
        return ElicitResult(action="accept", content={"confirm": True})

    async with connect(transport, rest, mode, elicitation_callback=confirm) as client:
        eliciting = Driver(client)
        text, _ = await eliciting.call("journal_ingest_text", {"text": f"A last heron, {marker}."})
        await eliciting.delete_by_elicitation(int(text.split("ID: ")[1].split()[0]))

    print(json.dumps({"version": version, "listed": listed, "called": sorted(set(driver.called))}))


asyncio.run(main(*sys.argv[1:]))
