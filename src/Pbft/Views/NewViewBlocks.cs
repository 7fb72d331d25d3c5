using Consensus.Byzantine;
using Consensus.Pbft.Messages;

namespace Consensus.Pbft.Views;

/// <summary>
/// What a view begins with, computed from a quorum of view changes by the new primary and by everybody who checks it (OSDI '99, section 4.4).
/// </summary>
/// <param name="Stable">The newest stable checkpoint among them.</param>
/// <param name="Digests">
/// The blocks of the numbers after it, up to the highest that somebody has prepared: each the one that was prepared in the highest view, or the null block
/// where none was.
/// </param>
internal readonly record struct NewViewBlocks(StableProof Stable, Digest[] Digests)
{
    public static NewViewBlocks Of(ReadOnlySpan<ViewChange> viewChanges)
    {
        var stable = StableProof.Origin;
        var last = SequenceNumber.Zero;
        foreach (var viewChange in viewChanges)
        {
            stable = viewChange.Stable.Number > stable.Number ? viewChange.Stable : stable;
            foreach (var proof in viewChange.Prepared)
            {
                last = SequenceNumber.Max(last, proof.Number);
            }
        }

        var count = last > stable.Number ? (int)(last - stable.Number) : 0;
        var digests = new Digest[count];
        var views = new ViewNumber?[count];
        Array.Fill(digests, Block.Null.Digest);
        foreach (var viewChange in viewChanges)
        {
            foreach (var proof in viewChange.Prepared)
            {
                if (proof.Number <= stable.Number)
                {
                    continue;
                }

                var place = (int)(proof.Number - stable.Number) - 1;
                if (views[place] is not { } view || proof.View > view)
                {
                    views[place] = proof.View;
                    digests[place] = proof.Digest;
                }
            }
        }

        return new NewViewBlocks(stable, digests);
    }
}
