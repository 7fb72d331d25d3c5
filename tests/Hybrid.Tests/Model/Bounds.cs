namespace Consensus.Hybrid.Tests.Model;

/// <summary>How much is looked at.</summary>
/// <param name="HasLiar">Whether one of the four does what it wants; if not, they do nothing but crash.</param>
/// <param name="Entries">How long logs get.</param>
/// <param name="Terms">How many terms there are, one or two.</param>
/// <param name="HasSeals">Whether leaders append seals.</param>
internal sealed record Bounds(bool HasLiar, int Entries, int Terms = 2, bool HasSeals = true);
