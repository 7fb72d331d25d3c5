using System.Collections.Immutable;
using Consensus.Engine;
using Consensus.Gossip.Node;

namespace Consensus.Gossip.Membership;

/// <summary>Puts news into messages: first what the receiver itself should deny (Lifeguard's buddy system), and where it may say so; then what it knows only an older state of, then whatever is still to be told. A message fits into a datagram.</summary>
internal sealed class SentNews(Roster roster)
{
    /// <summary>How many corrections one message carries: an answer is not much longer than what it answers.</summary>
    public const int CorrectionsMax = 16;

    /// <summary>What a message of this core takes at most beside its news.</summary>
    private const int BytesBeside = 16;

    private readonly ImmutableArray<MemberClaim>.Builder _news = ImmutableArray.CreateBuilder<MemberClaim>();

    /// <summary>The news for a message to a peer.</summary>
    /// <param name="to">To whom.</param>
    /// <param name="corrections">What it is told in any case.</param>
    public ImmutableArray<MemberClaim> For(Ticks now, NodeId to, IReadOnlyList<MemberClaim> corrections)
    {
        var bytes = GossipLimits.DatagramBytesMax - BytesBeside;
        if (roster.Table.Find(to) is { Claim.State: not SwarmMemberState.Alive } accused)
        {
            // Whoever does not answer may not know where this node is by now.
            bytes = Add(roster.Self, Add(accused.ToTell(now), bytes));
        }

        foreach (var correction in corrections)
        {
            bytes = correction.Id == to ? bytes : Add(correction, bytes);
        }

        roster.News.Take(_news, bytes, roster.Size, _news.Count > 0 ? to : NodeId.None);
        return _news.DrainToImmutable();
    }

    /// <summary>Tells some peers what there is to tell.</summary>
    public void Send(Ticks now, NodeId to, IReadOnlyList<MemberClaim> corrections, GossipEffects effects)
    {
        if (For(now, to, corrections) is { IsEmpty: false } news)
        {
            effects.Send(to, new Messages.MemberNews(news));
        }
    }

    private int Add(MemberClaim claim, int bytes)
    {
        var length = Messages.MembershipWire.LengthOf(claim);
        if (length <= bytes)
        {
            _news.Add(claim);
            bytes -= length;
        }

        return bytes;
    }
}
