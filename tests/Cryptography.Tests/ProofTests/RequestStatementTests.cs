namespace Consensus.Cryptography.Tests;

/// <summary>What the owner of a session signs: the bytes never change, and each part of a request is in them.</summary>
[TestFixture]
internal sealed class RequestStatementTests
{
    private static readonly ClusterId Cluster = new(new Guid("00112233-4455-6677-8899-aabbccddeeff"));
    private static readonly RequestId Request = new(new ClientId(12), 3);

    [Test]
    public void Its_bytes_are_those_that_were_signed_before()
    {
        var statement = RequestStatement.Of(Cluster, Request, 2, Blake3.Hash("put"u8));
        var bytes = new byte[Statement.SignedSize];
        statement.CopyTo(bytes);

        byte[] content = [.. "consensus-reqst1"u8, 0, 0, 0, 0, 0, 0, 0, 2, .. Bytes(Blake3.Hash("put"u8))];
        byte[] expected =
        [
            .. "consensus-stmt-1"u8, .. Convert.FromHexString("00112233445566778899AABBCCDDEEFF"), .. new byte[40], 0x31,
            0, 0, 0, 0, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 3, .. Bytes(Blake3.Hash(content)),
        ];
        Assert.That(bytes, Is.EqualTo(expected));
    }

    [Test]
    public void Each_part_of_a_request_is_signed()
    {
        Statement[] statements =
        [
            RequestStatement.Of(Cluster, Request, 2, Blake3.Hash("put"u8)),
            RequestStatement.Of(new ClusterId(Guid.Empty), Request, 2, Blake3.Hash("put"u8)),
            RequestStatement.Of(Cluster, Request with { Client = new ClientId(13) }, 2, Blake3.Hash("put"u8)),
            RequestStatement.Of(Cluster, Request with { Sequence = 4 }, 2, Blake3.Hash("put"u8)),
            RequestStatement.Of(Cluster, Request, 3, Blake3.Hash("put"u8)),
            RequestStatement.Of(Cluster, Request, 2, Blake3.Hash("pet"u8)),
        ];

        Assert.That(statements.Select(statement => statement.ComputeDigest()), Is.Unique);
    }

    [Test]
    public void A_signer_signs_what_is_checked()
    {
        var keys = new SimulatedKeyRegistry(1);
        var signer = new RequestSigner(Cluster, keys.CreateSigner(5UL));

        var options = signer.Sign(new ProposeOptions(Request: Request, AcknowledgedBelow: 2), "put"u8);

        var statement = RequestStatement.Of(Cluster, Request, 2, Blake3.Hash("put"u8));
        Assert.That(statement.Verify(keys, keys.PublicKeyOf(5UL), new Signature(options.Signature.Span)), Is.True);
        Assert.That(signer.PublicKey.ToArray(), Is.EqualTo(Convert.FromHexString($"{keys.PublicKeyOf(5UL)}")));
    }

    private static byte[] Bytes(in Digest digest)
    {
        var bytes = new byte[Digest.Size];
        digest.CopyTo(bytes);
        return bytes;
    }
}
