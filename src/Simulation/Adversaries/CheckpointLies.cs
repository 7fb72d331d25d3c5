using Consensus.Byzantine;
using Consensus.Cryptography;

namespace Consensus.Simulation.Adversaries;

/// <summary>What a Byzantine replica of an engine with signed checkpoints may say of its state.</summary>
internal static class CheckpointLies
{
    /// <summary>Says of its state at checkpoints that it is another: to all, to some, or something else to each.</summary>
    public static ScriptedAdversary WithWrongState() => new ScriptedAdversary()
        .WhenSending<CheckpointVote>(static (replica, sent, vote) => replica.Send(sent.To, replica.Random.NextBelow(3) switch
        {
            0 => vote,
            1 => Signed(replica, vote with { Content = vote.Content with { StateHash = Block.Null.Digest } }),
            _ => Signed(replica, vote with { Content = vote.Content with { StateHash = replica.NextDigest() } }),
        }));

    private static CheckpointVote Signed(CorruptReplica replica, CheckpointVote vote) =>
        vote with { Signature = replica.Sign(StatementKind.Checkpoint, ViewNumber.Zero, vote.Content.Number, vote.Content.ComputeDigest()) };
}
