namespace Consensus.Client.Sessions;

/// <summary>An open session.</summary>
/// <param name="Client">Its number: the first part of an idempotency key.</param>
internal sealed record SessionDocument(ulong Client);
