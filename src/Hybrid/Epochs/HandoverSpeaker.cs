using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Hybrid.Messages;

namespace Consensus.Hybrid;

/// <summary>Says what the replica has to say at the end of an epoch, again and again until the next one begins.</summary>
/// <param name="epoch">The epoch.</param>
/// <param name="identity">Who the replica is.</param>
/// <param name="others">The other members.</param>
internal sealed class HandoverSpeaker(RunningEpoch epoch, HybridIdentity identity, IReadOnlyList<NodeId> others)
{
    private static readonly TimeSpan AgainInterval = TimeSpan.FromMilliseconds(100);

    private (HandoverContent Content, Signature Signature)? _said;

    /// <summary>Whether there is something to say.</summary>
    public bool HasSaid => _said is not null;

    /// <summary>When it is said the next time.</summary>
    public Ticks Deadline { get; private set; } = Ticks.Never;

    /// <summary>Says something from now on; it is on disk, or among what is being saved.</summary>
    public void Say(HandoverContent content, Ticks now)
    {
        var signature = epoch.Known.Verifier.Sign(identity.Signer, epoch.Known.Say(content));
        _said = (content, signature);
        Deadline = now;
        epoch.Votes.Add(identity.Self, content, signature);
    }

    /// <summary>Says it if it is time.</summary>
    public void Advance(Ticks now, EffectBuffer effects)
    {
        if (now < Deadline)
        {
            return;
        }

        Deadline = now + AgainInterval;
        var vote = new HandoverVote(effects.LastLsn, epoch.Descriptor.Tag, _said!.Value.Content, _said.Value.Signature);
        foreach (var other in others)
        {
            effects.Send(other, vote);
        }
    }
}
