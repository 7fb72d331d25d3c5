using System.Diagnostics.CodeAnalysis;
using Consensus.Cryptography;

namespace Consensus.Client.Replies;

/// <summary>A group whose members stay who they are: there is one epoch.</summary>
internal sealed class OneEpoch(SigningDomain domain, SignerSet members) : ITrustedEpochs
{
    public TrustedEpoch Newest { get; } = new(domain, members);

    public bool TryExtend(ReadOnlySpan<byte> text, [NotNullWhen(false)] out string? defect)
    {
        defect = $"Trusted is one epoch, {Newest.Domain}, and no other.";
        return false;
    }
}
