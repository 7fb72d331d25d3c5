using Consensus.Cryptography;

namespace Consensus.HotStuff.Leaders;

/// <summary>
/// Who leads which view: a pure function of the view, for terms of several views. And which view follows another one without a time-out: the next one, or, at the end of a
/// term, the first view of the next term whose leader has not failed lately.
/// </summary>
/// <param name="members">The members of the epoch.</param>
/// <param name="termViews">How many views a term has.</param>
/// <param name="penaltyRotations">For how many turns a leader that has failed is passed over.</param>
internal sealed class LeaderSchedule(SignerSet members, int termViews, int penaltyRotations)
{
    private readonly ulong _views = (ulong)termViews;
    private readonly ulong _penaltyTerms = (ulong)penaltyRotations * (ulong)members.Count;

    public ulong TermOf(ViewNumber view) => view.Value / _views;

    public ViewNumber FirstOf(ulong term) => new(term * _views);

    public ViewNumber LastOf(ulong term) => new((term * _views) + _views - 1);

    public bool IsFirst(ViewNumber view) => view.Value % _views == 0;

    public bool IsLast(ViewNumber view) => view.Value % _views == _views - 1;

    public NodeId LeaderOf(ViewNumber view) => LeaderOfTerm(TermOf(view));

    public NodeId LeaderOfTerm(ulong term) => members.Members[(int)(term % (ulong)members.Count)].Id;

    /// <summary>The view that follows a node's view if nobody fails.</summary>
    /// <param name="view">The node's view.</param>
    /// <param name="record">Which leaders have failed on the node's branch.</param>
    public ViewNumber Next(ViewNumber view, LeaderRecord record)
    {
        if (!IsLast(view))
        {
            return view.Next;
        }

        // At most f leaders are on record, so that one of the next f + 1 is not.
        var term = TermOf(view) + 1;
        while (record.LastFailureOf(LeaderOfTerm(term)) is { } failed && term <= failed + _penaltyTerms)
        {
            term++;
        }

        return FirstOf(term);
    }

    /// <summary>What the node of a view has on record: of the terms that should have come since its parent, the leaders have failed.</summary>
    /// <param name="parentView">The view of its parent.</param>
    /// <param name="parentRecord">What its parent has on record.</param>
    /// <param name="view">Its view.</param>
    public LeaderRecord RecordAfter(ViewNumber parentView, LeaderRecord parentRecord, ViewNumber view)
    {
        var term = TermOf(view);
        var expected = Next(parentView, parentRecord);
        if (parentRecord.Failed.IsEmpty && view == expected)
        {
            return parentRecord;
        }

        var failed = parentRecord.Failed.Where(each => term <= each.Term + _penaltyTerms).ToList();
        if (view > expected)
        {
            var count = (ulong)members.Count;
            for (var lost = Math.Max(TermOf(expected), term > count ? term - count : 0); lost < term; lost++)
            {
                var leader = LeaderOfTerm(lost);
                failed.RemoveAll(each => each.Leader == leader);
                failed.Add(new FailedTerm(leader, lost));
            }
        }

        return failed.Count == 0 ? LeaderRecord.Empty : new LeaderRecord([.. failed.TakeLast(members.FaultsMax)]);
    }
}
