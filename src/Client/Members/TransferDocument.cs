namespace Consensus.Client.Members;

/// <summary>The body of a transfer.</summary>
/// <param name="Target">Who shall lead; <see langword="null"/>: whoever is most up to date.</param>
internal sealed record TransferDocument(uint? Target);
