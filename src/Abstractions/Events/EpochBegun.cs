namespace Consensus;

/// <summary>The replica goes on in another epoch, with the engine of that one. What was committed before stays where it is; terms and views begin anew.</summary>
/// <param name="Epoch">The epoch's number: how many there were before.</param>
/// <param name="Id">What it is made of, as a hash.</param>
/// <param name="Protocol">The name of its engine.</param>
/// <param name="Index">The entry that begins it.</param>
public sealed record EpochBegun(Epoch Epoch, Digest Id, string Protocol, LogIndex Index) : ConsensusEvent;
