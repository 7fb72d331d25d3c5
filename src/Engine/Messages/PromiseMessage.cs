namespace Consensus.Engine;

/// <summary>
/// A message that others will rely on (a vote, an acknowledgement, a prepare, a commit, a timeout): it leaves only when the record of
/// what it promises is on disk.
/// </summary>
/// <param name="AfterLsn">
/// How far the log must be durable first. Not part of the wire form: a received promise has <see cref="Lsn.Zero"/>.
/// </param>
public abstract record PromiseMessage(Lsn AfterLsn) : ProtocolMessage;
