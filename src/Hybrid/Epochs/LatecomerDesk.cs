using Consensus.Engine;
using Consensus.Hybrid.Messages;

namespace Consensus.Hybrid;

/// <summary>What members get who cannot get to the end of an epoch alone, or come from an earlier one: entries that lie before the epoch that runs, or behind its beginning as far as they are applied; or the state at its beginning, or at its end.</summary>
internal sealed class LatecomerDesk
{
    private const int AnswerBytesMax = 256 * 1024;
    private const int OfferBytes = 4 * 1024;

    private readonly EntryChain _chain = new();
    private readonly PastEntries _past = new();
    private readonly AnswerPurses _purses = new();

    /// <summary>Entries were found on disk that lie before the epoch that runs.</summary>
    public void Recover(IEnumerable<LogEntry> entries)
    {
        foreach (var entry in entries)
        {
            _past.Add(entry);
        }
    }

    /// <summary>An epoch is over: what its engine had, or what was fetched, is the past of the next one.</summary>
    /// <param name="epoch">The epoch.</param>
    /// <param name="fetched">What its engine did not have, up to its end.</param>
    /// <param name="beginning">The entry that begins the next one.</param>
    public void Keep(RunningEpoch epoch, IReadOnlyList<LogEntry> fetched, in LogEntry beginning)
    {
        var first = LogIndex.Max(_past.End, epoch.Scope.CompactedTo.Next);
        Recover(epoch.Read(first, fetched is [var earliest, ..] ? earliest.Index - 1 : beginning.Index - 1));
        Recover(fetched);
        _past.Add(beginning);
    }

    /// <summary>An entry that lies before the epoch that runs; nothing, if it is no longer here.</summary>
    public LogEntry? Find(LogIndex index) => _past.Find(index);

    /// <summary>Answers a member that asks for entries or a state, if it has not asked for too much.</summary>
    public void OnRequest(NodeId from, ProtocolMessage request, RunningEpoch epoch, Ticks now, EffectBuffer effects)
    {
        switch (request)
        {
            case EntriesRequest m when _purses.TryTake(from, AnswerBytesMax, now):
                effects.Send(from, new EntriesAnswer(m.Before, m.Last, Find(m.Before, m.Last, epoch)));
                break;
            case StateRequest m when m.Epoch == epoch.Descriptor.Number && epoch.Scope.Beginning is { } snapshot && _purses.TryTake(from, OfferBytes, now):
                effects.Send(from, new StateOffer(snapshot));
                break;
            case StatePartRequest m when m.Epoch == epoch.Descriptor.Number && epoch.Scope.Beginning is { } snapshot && _purses.TryTake(from, AnswerBytesMax, now):
                effects.Request(new ReadSnapshotChunk(from, snapshot, m.Offset, AnswerBytesMax));
                break;
            case StateRequest m when m.Epoch == epoch.Descriptor.Number.Next && epoch.Scope.IsAtRaftsEnd && _purses.TryTake(from, OfferBytes, now):
                OfferEnd(from, epoch.Scope.End, effects);
                break;
            case StatePartRequest m when m.Epoch == epoch.Descriptor.Number.Next && epoch.Scope.End is { } snapshot && _purses.TryTake(from, AnswerBytesMax, now):
                effects.Request(new ReadSnapshotChunk(from, snapshot, m.Offset, AnswerBytesMax));
                break;
        }
    }

    /// <summary>A part of a snapshot was read.</summary>
    /// <returns>Whether it is one of those that members ask for here.</returns>
    public static bool TrySend(SnapshotChunkRead read, RunningEpoch epoch, EffectBuffer effects)
    {
        var number = epoch.Descriptor.Number;
        if (read.Snapshot != epoch.Scope.Beginning && read.Snapshot != epoch.Scope.End)
        {
            return false;
        }

        effects.Send(read.For, new StatePart(read.Snapshot == epoch.Scope.Beginning ? number : number.Next, read.Offset, read.Data));
        return true;
    }

    /// <summary>A snapshot of the end is taken for those who ask for it alone: they find it when they ask again.</summary>
    private static void OfferEnd(NodeId member, SnapshotDescriptor? snapshot, EffectBuffer effects)
    {
        if (snapshot is null)
        {
            effects.Request(new TakeSnapshot(Anywhere: true));
        }
        else
        {
            effects.Send(member, new StateOffer(snapshot));
        }
    }

    /// <summary>
    /// What lies between two entries, if both are here: so what is sent leads from the one to the other, or would with what follows. As far as they are applied; of an epoch of Raft that has ended, all, for others may have to look
    /// for its end among them.
    /// </summary>
    private LogEntry[] Find(LogPosition before, LogPosition last, RunningEpoch epoch)
    {
        var first = before.Index.Next;
        if (_past.Has(last))
        {
            return Behind(before, _past.Read(first, last.Index, AnswerBytesMax));
        }

        if (!epoch.Has(last) || (!epoch.IsFrozen && last.Index > epoch.Scope.Handed.Index))
        {
            return [];
        }

        // The engine may use their memory again before the answer is on its way, and other bytes would convict this replica.
        var bytes = 0L;
        return Behind(before, [.. epoch.Read(first, last.Index).TakeWhile(entry => (bytes += EntryLog.BytesOf(entry)) <= AnswerBytesMax || entry.Index == first).Select(entry => entry with { Payload = entry.Payload.ToArray() })]);
    }

    private LogEntry[] Behind(LogPosition before, LogEntry[] entries) => entries is [var first, ..] && _chain.Continues(before.Chain, first) ? entries : [];
}
