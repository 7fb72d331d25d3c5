using Consensus.Engine;
using Consensus.Serialization;

namespace Consensus.Gossip.Repair;

/// <summary>
/// A set of rumours in few bits, for "which messages of the last minutes do you lack" (Bloom, CACM 1970): what is in it is always found, and what is not is taken for being in it with a likelihood that was chosen. For 1 %, 9.6 bits for each.
/// </summary>
/// <remarks>
/// Ids are hashed with a salt of each digest's own: what one digest hides by chance the next one shows, and nobody can choose rumours that are hidden by others. Immutable.
/// </remarks>
internal sealed class BloomDigest
{
    /// <summary>The longest digest, in bytes: for 54,000 rumours with 1 %.</summary>
    public const int BytesMax = 64 * 1024;

    /// <summary>How many bits stand for a rumour at most.</summary>
    public const int HashesMax = 16;

    private readonly byte[] _bits;
    private readonly FingerprintSalt _salt;
    private readonly int _hashes;

    private BloomDigest(byte[] bits, int hashes, FingerprintSalt salt) => (_bits, _hashes, _salt) = (bits, hashes, salt);

    /// <summary>How many bytes the bits take.</summary>
    public int Length => _bits.Length;

    /// <summary>A digest of a set.</summary>
    /// <param name="rumours">What is in it. If they are too many for <see cref="BytesMax"/>, more is taken for being in it than was chosen.</param>
    /// <param name="falsePositiveRate">How likely something else is taken for being in it: 0.0001 to 0.5.</param>
    /// <param name="salt">Drawn for this digest.</param>
    public static BloomDigest Of(IReadOnlyCollection<RumourId> rumours, double falsePositiveRate, FingerprintSalt salt)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(falsePositiveRate, 0.0001);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(falsePositiveRate, 0.5);
        var bitsEach = -Math.Log(falsePositiveRate) / (Math.Log(2) * Math.Log(2));
        var bytes = (int)Math.Clamp(Math.Ceiling(rumours.Count * bitsEach / 8), 1, BytesMax);
        var hashes = (int)Math.Clamp(Math.Round(bitsEach * Math.Log(2)), 1, HashesMax);
        var digest = new BloomDigest(new byte[bytes], hashes, salt);
        foreach (var rumour in rumours)
        {
            var places = digest.PlacesOf(rumour);
            for (var i = 0; i < hashes; i++)
            {
                var place = places.Next();
                digest._bits[place >> 3] |= (byte)(1 << (place & 7));
            }
        }

        return digest;
    }

    /// <summary>Whether a rumour is in the set; if it is not, this may say so nevertheless.</summary>
    public bool MayContain(RumourId rumour)
    {
        var places = PlacesOf(rumour);
        for (var i = 0; i < _hashes; i++)
        {
            var place = places.Next();
            if ((_bits[place >> 3] & (1 << (place & 7))) == 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Writes its fields.</summary>
    public void Write(ref MessagePackWriter writer)
    {
        writer.Write(_salt.High);
        writer.Write(_salt.Low);
        writer.Write((byte)_hashes);
        writer.Write(_bits);
    }

    /// <summary>Reads its fields.</summary>
    /// <exception cref="MessageFormatException">The bytes are none.</exception>
    public static BloomDigest Read(ref MessagePackReader reader)
    {
        var salt = new FingerprintSalt(reader.ReadUInt64(), reader.ReadUInt64());
        var hashes = reader.ReadByte();
        if (hashes is 0 or > HashesMax)
        {
            throw new MessageFormatException($"A Bloom digest has {hashes} bits for each rumour; allowed: 1 to {HashesMax}.");
        }

        var bits = WireFields.ReadBytes(ref reader);
        return bits.Length is > 0 and <= BytesMax
            ? new BloomDigest(bits.ToArray(), hashes, salt)
            : throw new MessageFormatException($"A Bloom digest has {bits.Length} bytes; allowed: 1 to {BytesMax}.");
    }

    private Places PlacesOf(RumourId rumour) => new(_salt.Of(rumour), 8u * (uint)_bits.Length);

    /// <summary>As many places as are wanted from one hash (Kirsch and Mitzenmacher, ESA 2006, with their enhancement of double hashing by Dillinger and Manolios).</summary>
    private struct Places(ulong hash, uint count)
    {
        private uint _place = (uint)hash;
        private uint _step = (uint)(hash >> 32) | 1;
        private uint _number;

        public int Next()
        {
            var place = (int)(((ulong)_place * count) >> 32);
            _place = unchecked(_place + _step);
            _step = unchecked(_step + ++_number);
            return place;
        }
    }
}
