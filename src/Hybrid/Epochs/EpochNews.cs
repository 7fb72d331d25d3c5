using System.Collections.Immutable;
using Consensus.Engine;
using Consensus.Hybrid.Messages;

namespace Consensus.Hybrid;

/// <summary>
/// What members of different epochs tell each other: who speaks in an earlier one gets what began the later ones, who speaks in a later one is asked for it. Each member at most once in a while, whatever it sends.
/// </summary>
internal sealed class EpochNews
{
    /// <summary>How many certificates one message has at most.</summary>
    private const int CertificatesMax = 16;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly Dictionary<NodeId, Ticks> _answerAgain = [];
    private readonly Dictionary<NodeId, Ticks> _askAgain = [];

    /// <summary>A member knows no epoch beyond one.</summary>
    /// <param name="to">The member.</param>
    /// <param name="known">The last epoch that it knows.</param>
    /// <param name="beginnings">What began each epoch from the second on.</param>
    /// <param name="now">The time.</param>
    /// <param name="effects">Takes the message.</param>
    public void Tell(NodeId to, Epoch known, ImmutableArray<HandoverCertificate> beginnings, Ticks now, EffectBuffer effects)
    {
        if (known.Value < (ulong)beginnings.Length && MayPass(_answerAgain, to, now))
        {
            var first = (int)known.Value;
            effects.Send(to, new HandoverProof(beginnings.Slice(first, Math.Min(CertificatesMax, beginnings.Length - first))));
        }
    }

    /// <summary>A member speaks in an epoch that is not known here.</summary>
    public void Ask(NodeId member, Epoch known, Ticks now, EffectBuffer effects)
    {
        if (MayPass(_askAgain, member, now))
        {
            effects.Send(member, new ProofRequest(known));
        }
    }

    private static bool MayPass(Dictionary<NodeId, Ticks> again, NodeId member, Ticks now)
    {
        if (again.TryGetValue(member, out var at) && now < at)
        {
            return false;
        }

        again[member] = now + Interval;
        return true;
    }
}
