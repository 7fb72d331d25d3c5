namespace Consensus.Client.Tests.Support;

/// <summary>A request that a scripted node got.</summary>
internal sealed record Seen(string Node, string What, string? Key, string? AcknowledgedBelow, string Body, string? Signature = null);
