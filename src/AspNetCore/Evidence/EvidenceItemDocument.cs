using Consensus.Hosting;

namespace Consensus.AspNetCore.Evidence;

/// <summary>One piece of evidence, in a list.</summary>
/// <param name="Digest">Its name, 64 hexadecimal digits.</param>
/// <param name="Culprit">Who is proven faulty.</param>
/// <param name="Kind">What both statements are about.</param>
/// <param name="About">The same in words, and where.</param>
/// <param name="Epoch">In which epoch.</param>
/// <param name="SeenAt">When this node found it, by its own clock.</param>
/// <param name="Stored">Whether it is on this node's disk.</param>
internal sealed record EvidenceItemDocument(string Digest, uint Culprit, string Kind, string About, ulong Epoch, DateTimeOffset SeenAt, bool Stored)
{
    /// <summary>The document for a piece of evidence.</summary>
    public static EvidenceItemDocument Of(ArchivedEvidence archived)
    {
        var evidence = archived.Document.Evidence;
        return new EvidenceItemDocument(
            $"{archived.Digest}", evidence.Signer.Value, $"{evidence.Kind}", evidence.About, evidence.Domain.Epoch.Value, archived.Document.SeenAt, archived.IsStored);
    }
}
