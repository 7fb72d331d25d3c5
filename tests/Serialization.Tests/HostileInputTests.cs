namespace Consensus.Serialization.Tests;

/// <summary>Whatever the bytes: nothing is thrown but the reader's own error, nothing is allocated by a length that the bytes do not back.</summary>
[TestFixture]
public sealed class HostileInputTests
{
    [Test]
    public void Random_bytes_are_read_or_refused([Range(1, 8)] int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 20_000; i++)
        {
            var frame = new byte[random.Next(64)];
            random.NextBytes(frame);
            ReadEverything(frame);
        }
    }

    [Test]
    public void Altered_frames_are_read_or_refused([Range(1, 4)] int seed)
    {
        var random = new Random(seed);
        foreach (var encoding in SpecificationVector.All().SelectMany(vector => vector.Encodings))
        {
            for (var i = 0; i < 50; i++)
            {
                var frame = Frame.Hex(encoding);
                frame[random.Next(frame.Length)] ^= (byte)(1 << random.Next(8));
                ReadEverything(frame);
            }
        }
    }

    [TestCase("dd-7f-ff-ff-ff", "an array of 2 billion values")]
    [TestCase("dd-ff-ff-ff-ff", "an array of 4 billion values")]
    [TestCase("df-7f-ff-ff-ff", "a map of 2 billion entries")]
    [TestCase("c6-7f-ff-ff-ff", "2 GB of bytes")]
    [TestCase("db-ff-ff-ff-ff", "4 GB of text")]
    [TestCase("c9-7f-ff-ff-ff-01", "an extension of 2 GB")]
    public void A_length_that_the_bytes_do_not_back_is_refused_before_anything_is_allocated(string hex, string what)
    {
        var frame = Frame.Hex(hex);
        ReadEverything(frame);
        var before = GC.GetAllocatedBytesForCurrentThread();
        ReadEverything(frame);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(100_000), what);
    }

    [Test]
    public void Nesting_without_end_is_refused_and_does_not_overflow_the_stack()
    {
        var frame = new byte[1_000_000];
        Array.Fill(frame, (byte)0x91);
        frame[^1] = 0xc0;
        Assert.That(() => Frame.Read(frame, (ref r) => r.ReadRaw().Length), Throws.TypeOf<MessagePackSerializationException>());
    }

    private static void ReadEverything(byte[] frame)
    {
        Try(frame, (ref r) => r.ReadRaw().Length);
        Try(frame, (ref r) => r.ReadString());
        Try(frame, (ref r) => r.ReadBytes()?.Length);
        Try(frame, (ref r) => r.ReadUInt64());
        Try(frame, (ref r) => r.ReadInt32());
        Try(frame, (ref r) => r.ReadDouble());
        Try(frame, (ref r) => r.ReadSingle());
        Try(frame, (ref r) => r.ReadBoolean());
        Try(frame, (ref r) => r.ReadArrayHeader());
        Try(frame, (ref r) => r.ReadMapHeader());
        Try(frame, (ref r) => r.ReadTimestamp());
        Try(frame, (ref r) => r.ReadExtensionFormat().Data.Length);
    }

    private static void Try<T>(byte[] frame, ReadValue<T> read)
    {
        try
        {
            var reader = new MessagePackReader(frame);
            read(ref reader);
            var split = new MessagePackReader(Segments.ByteByByte(frame));
            read(ref split);
        }
        catch (MessagePackSerializationException)
        {
            // The only error that bytes may cause.
        }
    }
}
