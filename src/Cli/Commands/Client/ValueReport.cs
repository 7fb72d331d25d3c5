using System.Text.Json;

namespace Consensus.Cli.Commands.Client;

/// <summary>What <c>get --json</c> prints.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">Its value: a string where it is UTF-8, else <c>{"base64":"…"}</c>.</param>
/// <param name="Index">The entry of the log whose state it shows.</param>
internal sealed record ValueReport(string Key, JsonElement Value, ulong? Index);
