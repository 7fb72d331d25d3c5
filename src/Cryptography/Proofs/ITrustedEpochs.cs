using System.Diagnostics.CodeAnalysis;

namespace Consensus.Cryptography;

/// <summary>Who the members of a group are, epoch after epoch, for whoever checks what they sign and believes no single one of them. Safe to use from any number of threads.</summary>
public interface ITrustedEpochs
{
    /// <summary>The newest epoch of which it is proven that it has begun.</summary>
    TrustedEpoch Newest { get; }

    /// <summary>Takes what a node says about the epochs there were, and believes what is proven in it.</summary>
    /// <param name="text">The text, from whomever (<c>GET /v1/epochs</c>).</param>
    /// <param name="defect">Why nothing is known now that was not known before, if so. Nothing is thrown for any text.</param>
    /// <returns>Whether <see cref="Newest"/> is a later one now than it was before the call.</returns>
    bool TryExtend(ReadOnlySpan<byte> text, [NotNullWhen(false)] out string? defect);
}
