using Consensus.HotStuff.Chain;

namespace Consensus.HotStuff;

/// <summary>What a replica must know again after a crash, so that it contradicts nothing that it has said. On disk before anything that rests on it leaves.</summary>
/// <param name="Voted">It votes in no view up to this one, but for saying the same again.</param>
/// <param name="VotedHash">The node that it has voted for in that view; none, if it has given the view up.</param>
/// <param name="GivenUp">The last view of the last term that it has given up; zero, if there was none.</param>
/// <param name="LedTerms">One more than the last term that it has begun to lead; zero, if there was none.</param>
/// <param name="Locked">What it is locked on.</param>
/// <param name="High">The highest certificate that it knows, with the node and all before it.</param>
/// <param name="HighNode">The node.</param>
internal readonly record struct Promises(
    ViewNumber Voted, Digest VotedHash, ViewNumber GivenUp, ulong LedTerms, NodePlace Locked, NodeCertificate High, Node HighNode)
{
    /// <summary>Nothing was promised.</summary>
    public static Promises None => new(ViewNumber.Zero, default, ViewNumber.Zero, 0, Node.Genesis.Place, NodeCertificate.Genesis, Node.Genesis);
}
