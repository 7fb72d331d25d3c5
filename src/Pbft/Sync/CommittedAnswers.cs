using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Pbft.Messages;

namespace Consensus.Pbft.Sync;

/// <summary>
/// Sends a member the committed blocks after the stable checkpoint that it lacks, with their certificates, as much as one answer holds (<see cref="Answer"/>). If there is more, the last block says so, and the member tells at
/// once where it is when it has got there. What may still be on its way to it is not sent again; and of all members that hear what it lacks one answers, and more of them only when nothing has come.
/// </summary>
internal sealed class CommittedAnswers(PbftState state)
{
    private readonly SortedDictionary<NodeId, Heard> _heard = [];

    // As long as what was sent may be on its way.
    private TimeSpan Patience => state.Options.ViewTimeout / 2;

    /// <summary>A member says how far it has come.</summary>
    /// <param name="from">The member.</param>
    /// <param name="committed">The last block that it has, of those that are committed.</param>
    /// <param name="answer">What it is sent now.</param>
    public void Answer(NodeId from, SequenceNumber committed, Answer answer)
    {
        if (committed < state.Stable.Number || committed >= state.Log.Committed)
        {
            // Before the stable checkpoint it comes by that one's proof, and lacks nothing after the last block.
            _heard.Remove(from);
            return;
        }

        var isKnown = _heard.TryGetValue(from, out var heard);
        heard = heard with { Committed = committed, Times = isKnown && heard.Committed == committed ? heard.Times + 1 : 0 };
        var goesOn = heard.HasMore && committed >= heard.SentUpTo;
        var isOnItsWay = committed < heard.SentUpTo && state.Now < heard.SentAt + Patience;
        if (goesOn || (!isOnItsWay && IsTurn(from, heard)))
        {
            var last = Send(from, committed, answer);
            heard = heard with { SentUpTo = last, SentAt = state.Now, HasMore = CertificateOf(last.Next) is not null };
        }

        _heard[from] = heard;
    }

    /// <summary>Of those that hear that a member has come no further one answers at first, then three, seven and so on.</summary>
    private bool IsTurn(NodeId member, in Heard heard)
    {
        var others = (ulong)state.Members.Count - 1;
        var place = (ulong)(state.Members.IndexOf(state.Self) - state.Members.IndexOf(member) - 1 + state.Members.Count) % (ulong)state.Members.Count;
        var answering = (2UL << Math.Min(heard.Times, 30)) - 1;
        return (place + heard.Committed.Value) % others < answering;
    }

    /// <returns>The last block that was sent.</returns>
    private SequenceNumber Send(NodeId to, SequenceNumber after, Answer answer)
    {
        var certificates = new List<QuorumCertificate>();
        while (CertificateOf(after + (ulong)certificates.Count + 1) is { } next && answer.TryAddBlock(AnswerPart.Of(state.Log, next.Statement.Sequence) + AnswerPart.Of(next)))
        {
            certificates.Add(next);
        }

        var last = after + (ulong)certificates.Count;
        foreach (var certificate in certificates)
        {
            var number = certificate.Statement.Sequence;
            state.Send(to, new CommittedBlock(state.Log.Read(number), certificate, HasMore: number == last && CertificateOf(last.Next) is not null));
        }

        return last;
    }

    private QuorumCertificate? CertificateOf(SequenceNumber number) => number <= state.Log.Committed && state.Log.Has(number) ? state.FindSlot(number)?.Certificate : null;

    /// <summary>What a member has said, and was sent.</summary>
    /// <param name="Committed">Where it is.</param>
    /// <param name="Times">How often it has said the same before.</param>
    /// <param name="SentUpTo">The last block that it was sent.</param>
    /// <param name="SentAt">When.</param>
    /// <param name="HasMore">Whether there were more then.</param>
    private readonly record struct Heard(SequenceNumber Committed, int Times, SequenceNumber SentUpTo, Ticks SentAt, bool HasMore);
}
