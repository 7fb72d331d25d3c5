using System.Diagnostics.CodeAnalysis;

namespace Consensus.Cryptography;

/// <summary>A signed reply as a text.</summary>
/// <remarks>
/// <para>A JSON object of at most <see cref="LengthMax"/> bytes:</para>
/// <code>
/// {
///   "format": "consensus-reply-1",
///   "cluster": "6f1c3f8a-0a35-4f0e-9a4e-3f1f0c6f7c11", "epoch": 0, "epoch_id": "…",
///   "signer": 3,                      the member that says so
///   "client": 12, "sequence": 1,      the request: session and number
///   "outcome": "applied",             or "rejected"
///   "index": 41,
///   "command": "…",                   the digest of the command, without its envelope; 64 hexadecimal digits
///   "result": "…",                    base64: the state machine's answer in its own encoding
///   "signature": "…"                  128 hexadecimal digits
/// }
/// </code>
/// <para>Read strictly: each key once, none missing, none beside them.</para>
/// </remarks>
public static class SignedReplyDocument
{
    /// <summary>What the text says about its own form.</summary>
    public const string Format = "consensus-reply-1";

    /// <summary>How many bytes a text has at most.</summary>
    public const int LengthMax = 64 * 1024 * 1024;

    private const string Applied = "applied";
    private const string Rejected = "rejected";

    /// <summary>Gives the text, in UTF-8.</summary>
    public static byte[] ToUtf8(SignedReply reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        var content = reply.Content;
        var file = new SignedReplyFile(
            Format,
            $"{reply.Domain.Cluster}",
            reply.Domain.Epoch.Value,
            $"{reply.Domain.EpochId}",
            reply.Signer.Value,
            content.Request.Client.Value,
            content.Request.Sequence,
            content.IsApplied ? Applied : Rejected,
            content.Index.Value,
            $"{content.Command}",
            content.Result.ToArray(),
            $"{reply.Signature}");
        return ProofText.Write(file, ProofJson.Default.SignedReplyFile);
    }

    /// <summary>Reads a text. The signature is not checked.</summary>
    /// <param name="text">The text in UTF-8, all of it.</param>
    /// <param name="reply">The reply, if the text is one.</param>
    /// <param name="defect">What is wrong, if it is not. Nothing is thrown for any text.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, [NotNullWhen(true)] out SignedReply? reply, [NotNullWhen(false)] out ProofDefect? defect)
    {
        try
        {
            var file = ProofText.Read(text, LengthMax, ProofJson.Default.SignedReplyFile);
            ProofText.RequireFormat(file.Format, Format);
            if (file.Outcome is not (Applied or Rejected))
            {
                throw new ProofTextException($"outcome is neither \"{Applied}\" nor \"{Rejected}\".");
            }

            reply = new SignedReply(
                new ReplyContent(
                    new RequestId(new ClientId(file.Client), file.Sequence), file.Outcome == Applied, new LogIndex(file.Index), ProofText.Digest(file.Command, "command"), file.Result),
                ProofText.Domain(file.Cluster, file.Epoch, file.EpochId),
                new NodeId(file.Signer),
                ProofText.Signature(file.Signature, "signature"));
            defect = null;
            return true;
        }
        catch (ProofTextException exception)
        {
            reply = null;
            defect = new ProofDefect(ProofDefectKind.Malformed, $"This is no signed reply. {exception.Message}");
            return false;
        }
    }
}
