namespace Consensus.Cryptography;

/// <summary>Of which kinds a correct member signs only one statement for each place. Evidence rests on this list and on nothing else.</summary>
/// <remarks>
/// <para>A kind belongs here only if a correct member that crashes at any moment and starts again still signs no second one. So what is listed is on
/// its disk before it is shown to anybody:</para>
/// <list type="bullet">
/// <item>PBFT's pre-prepare, prepare and commit (Castro and Liskov, section 4.2): one digest for each view and sequence number.</item>
/// <item>PBFT's checkpoint (section 4.3): one state after each sequence number, whatever the view. A state machine that is not deterministic breaks this
/// promise, as it breaks replication.</item>
/// <item>HotStuff's proposal and vote (Yin et al., algorithms 4 and 5): one block for each view, at whatever height, since a replica votes only above the
/// view that it voted in last.</item>
/// <item>The hybrid's handover: one end of each epoch, and one state there.</item>
/// <item>A mark of Raft's leader: one entry and one history at each place of its term. It leads in a term once, and writes nothing over (Ongaro and Ousterhout, section 5.3), so it need not be on its disk.</item>
/// </list>
/// <para>Not listed, since a correct member may sign several: a batch of commands (its origin may lose its count in a crash), a view-change and a time-out (what is
/// prepared, or the highest certificate, can grow between two), a new-view (any quorum of view-changes will do), a snapshot (one state may be written in several ways), an operator's order to end an epoch, a floor (memory
/// that went bad may have been repaired in between), a report about another member (its level changes), consent to an order (of several orders, one takes effect) and a reply (a read
/// answers at different times).</para>
/// </remarks>
public static class ExclusiveStatements
{
    /// <summary>Where a correct member signs one statement of a kind and no second.</summary>
    /// <param name="kind">The kind; one that does not exist is exclusive nowhere, and so accuses nobody.</param>
    public static ExclusivePlace PlaceOf(StatementKind kind) => kind switch
    {
        StatementKind.PbftPrePrepare or StatementKind.PbftPrepare or StatementKind.PbftCommit or StatementKind.RaftMark => ExclusivePlace.ViewAndSequence,
        StatementKind.Checkpoint or StatementKind.Handover or StatementKind.EndReport => ExclusivePlace.Sequence,
        StatementKind.HotStuffProposal or StatementKind.HotStuffVote => ExclusivePlace.View,
        _ => ExclusivePlace.None,
    };

    /// <summary>Whether two statements of one kind and epoch are for one place, so that a correct member signs only one of them.</summary>
    internal static bool ShareThePlace(in Statement one, in Statement other) => PlaceOf(one.Kind) switch
    {
        ExclusivePlace.None => false,
        ExclusivePlace.View => one.View == other.View,
        ExclusivePlace.Sequence => one.Sequence == other.Sequence,
        ExclusivePlace.ViewAndSequence => one.View == other.View && one.Sequence == other.Sequence,
    };
}
