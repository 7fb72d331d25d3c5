namespace Consensus.Client.Workflow;

/// <summary>A page of records.</summary>
internal sealed record PageDocument<T>(ulong Index, IReadOnlyList<T> Items, bool HasMore);
