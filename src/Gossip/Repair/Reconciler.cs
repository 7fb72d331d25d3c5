using System.Collections.Immutable;
using Consensus.Gossip.Messages;
using Consensus.Gossip.State;

namespace Consensus.Gossip.Repair;

/// <summary>
/// Finds what two sides do not have in common: range-based set reconciliation (Meyer, SRDS 2023). A range in which the sides differ is either cut into sixteen, of which only those that differ are looked at further, or, where one side has little, listed. Each step follows from the step before it and the
/// store alone: nothing is kept between two of them but how far they got, and the work for one follows its length and the length of the answer.
/// </summary>
/// <param name="store">What one side has.</param>
/// <param name="exchangeBytesMax">How much that side sends in an exchange: half of it for values and for what is wanted, if need be.</param>
internal sealed class Reconciler(VersionedStore store, int exchangeBytesMax)
{
    /// <summary>The first step: everything, in short.</summary>
    public RepairStep Open(uint exchange, FingerprintSalt salt, RepairWalk walk)
    {
        var draft = NewDraft(0, walk);
        Describe(KeyRange.All, salt, draft);
        return draft.Finish(exchange, 1);
    }

    /// <summary>The answer to a step, whose values have been taken in.</summary>
    /// <param name="step">The step.</param>
    /// <param name="salt">The exchange's.</param>
    /// <param name="walk">The exchange's, too.</param>
    /// <param name="bytesSent">How much this side has sent in it so far.</param>
    public RepairStep Answer(RepairStep step, FingerprintSalt salt, RepairWalk walk, int bytesSent)
    {
        // In one order, whatever is said of a range: what is behind the first one that finds no room would take the room of the next exchange's beginning.
        var draft = NewDraft(bytesSent, walk);
        var items = step.Wants.Select(wants => (wants.Range, Answer: (Func<bool>)(() => Fetch(wants, step.Values.Length, salt, walk, draft))))
            .Concat(step.Lists.Select(list => (list.Range, Answer: (Func<bool>)(() => Compare(list, salt, walk, draft)))))
            .Concat(step.Fingerprints.SelectMany(Parts).Select(part => (part.Range, Answer: (Func<bool>)(() => Compare(part.Range, part.Fingerprint, salt, walk, draft)))));
        _ = items.OrderBy(item => item.Range.DistanceFrom(walk.Start)).All(static item => item.Answer());
        return draft.Finish(step.Exchange, (byte)(step.Turn + 1));
    }

    private static IEnumerable<(KeyRange Range, ulong? Fingerprint)> Parts(RangeFingerprints item)
    {
        var next = 0;
        for (var digit = 0; digit < KeyRange.Parts; digit++)
        {
            yield return (item.Range.Part(digit), ((item.Present >> digit) & 1) != 0 ? item.Fingerprints[next++] : null);
        }
    }

    private StepDraft NewDraft(int bytesSent, RepairWalk walk) => new(exchangeBytesMax - bytesSent, exchangeBytesMax / 2, walk);

    /// <summary>Says what is here in a range: in a list, if it is little.</summary>
    private bool Describe(KeyRange range, FingerprintSalt salt, StepDraft draft)
    {
        var node = store.Trie.In(range);
        if (node is null)
        {
            return draft.TryAdd(new RangeList(range, []));
        }

        if (node.Count <= RangeList.LinesMax || range.Depth == KeyRange.DepthMax)
        {
            return draft.TryAdd(new RangeList(range, [.. StateTrie.Around(node, 0).Take(RangeList.LinesMax).Select(value => new RangeLine(salt.Of(value.Position), value.Version, salt.Of(value.Hash)))]));
        }

        var present = 0;
        var fingerprints = ImmutableArray.CreateBuilder<ulong>(KeyRange.Parts);
        for (var digit = 0; digit < KeyRange.Parts; digit++)
        {
            if (store.Trie.In(range.Part(digit)) is { } part)
            {
                present |= 1 << digit;
                fingerprints.Add(salt.Of(part.Digest));
            }
        }

        return draft.TryAdd(new RangeFingerprints(range, (ushort)present, fingerprints.DrainToImmutable()));
    }

    /// <summary>One part of a range of which the other side sent fingerprints.</summary>
    private bool Compare(KeyRange range, ulong? theirs, FingerprintSalt salt, RepairWalk walk, StepDraft draft)
    {
        var node = store.Trie.In(range);
        return theirs is null
            ? node is null || StateTrie.Around(node, walk.Start).All(draft.TryAdd)
            : (node is not null && salt.Of(node.Digest) == theirs) || Describe(range, salt, draft);
    }

    /// <summary>A range of which the other side sent all that it has. As many values are looked at as can be sent or were listed.</summary>
    private bool Compare(RangeList list, FingerprintSalt salt, RepairWalk walk, StepDraft draft)
    {
        var theirs = new Dictionary<ulong, RangeLine>();
        foreach (var line in list.Lines)
        {
            theirs[line.Key] = line;
        }

        var wants = ImmutableArray.CreateBuilder<ulong>();
        var fits = true;
        if (store.Trie.In(list.Range) is { } node)
        {
            foreach (var value in StateTrie.Around(node, walk.Start))
            {
                var key = salt.Of(value.Position);
                var isTheirs = theirs.Remove(key, out var line);
                if (isTheirs && line.Value == salt.Of(value.Hash))
                {
                    continue;
                }

                // Of two values with one version the larger hash counts, and fingerprints do not say whose that is.
                if (isTheirs && line.Version >= value.Version)
                {
                    wants.Add(key);
                }

                fits = (isTheirs && line.Version > value.Version) || draft.TryAdd(value);
                if (!fits)
                {
                    break;
                }
            }
        }

        if (fits)
        {
            wants.AddRange(theirs.Keys);
        }

        return (wants.Count == 0 || draft.TryAdd(new RangeWants(list.Range, wants.DrainToImmutable()))) && fits;
    }

    /// <summary>What the other side wants of what was listed here. A range that now has more than was listed and has come, and some for other exchanges, was not: it is not searched.</summary>
    private bool Fetch(RangeWants wants, int come, FingerprintSalt salt, RepairWalk walk, StepDraft draft)
    {
        if (store.Trie.In(wants.Range) is not { } node || node.Count > (4 * RangeList.LinesMax) + come)
        {
            return true;
        }

        var keys = wants.Keys.ToHashSet();
        return StateTrie.Around(node, walk.Start).Where(value => keys.Contains(salt.Of(value.Position))).All(draft.TryAdd);
    }
}
