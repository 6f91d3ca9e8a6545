/* Hashes and signatures with known answers. */
#include "test/firmware/crypto_cases.h"

#include <string.h>

#define HALF 32u /* of a key, of a signature */

const struct hash_case hash_cases[HASH_CASES] = {
    {"", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", 1,
     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
     8000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
};

/* What is right, in hex. */
static const struct {
    const char *name, *key, *digest, *signature;
} rows[SIGN_ROWS] = {
    {"RFC 6979 A.2.5, \"sample\"",
     "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
     "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
     "af2bdbe1aa9b6ec1e2ade1d694f41fc71a831d0268e9891562113d8a62add1bf",
     "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
     "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"},
    {"RFC 6979 A.2.5, \"test\"",
     "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
     "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
     "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
     "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367"
     "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083"},
    {"SHA-256 of \"pogo 0\"",
     "de8e7d193e8f9c88f8e59b0062e1f525718d5e164432e7a28c8f6ace786ae013"
     "5cd5743cf1b0fc334495add4424b43be2cb9d7d76265da6c4b9fd0804a4f6800",
     "68a22fa703546054b2a9cc364e61a71f3475736ad64f6fdb3dc4acd2a4ddb49e",
     "a0698ac2e41f9f984dbf40bd567d84cc611ea4396b4122b16eae25a62a505f50"
     "c0265128f05f41e151ab8f1991deef5e3fd7ee38ba8a06ba3a6feaa7df929bfb"},
    {"SHA-256 of \"pogo 1\"",
     "15a9db6c37e097253d67f7f2eb1d4c9d1477c0b498c89e919f310b0290f1cf0e"
     "5441d8a63b669f5985c5b45936216b82cd0a67b133afd867431a1cab8179d54b",
     "73d1799b14c2606e0604ef5dd0589f5a44a319f3aa4e358f106331a6dd9d65ba",
     "91b5b34649a6e11c28e6161049d6fd73749bcd7089ed0c393738ba3564653ccb"
     "55d933c8833c1fd69b955fe90b6947df2523f70956ff93d3943ecb110442b876"},
    {"SHA-256 of \"pogo 2\"",
     "525b8580e5629dc56fbeee29b79ec71ed74ffd1a0e0f2ce0bcb89e4322217068"
     "d5fc2b8175fd8ad830193175adcd0a540ebd23c13d62adfa1b6b8788aa806c1e",
     "bfce979e2063f5d8753753cd361aa7f1723a547f8c70706e4523b8d5ab8901b0",
     "88f76efacc7a98d76afd76f62c99537ee316a90fc0a5ce454dfece9e61894408"
     "29203ac46f4de649b52f4dcc38996ea15cbd80653b3544d3ec1dad937badf54e"},
    {"SHA-256 of \"pogo 3\"",
     "479211b6b0bd1b7115e8e095dc2b160ad9fd0c8808f6fbaeaa4f2f947f28c440"
     "a174337ce61fdc2e5508e9a155f8c72f8a0cdeead6d1743e8bac64eb4987c667",
     "4c5d8e8deaccdf438aa2a3de3c599fbc9c59496e60776ec0891b3827410c26df",
     "afe320bb7cc7b8525ce0ae47d099ce19f90ba1876ee4577370f66b4e06dc3c68"
     "9ccd6b490992337e15bb7fc79255f5162b96b9ea4673a2cfff71b0f5d82aa17c"},
    {"SHA-256 of \"pogo 4\"",
     "5f174e71d28f31173741c658e8b52b17d4101d1f4fc285c1a5511f9c6d9dd0d9"
     "31632b947527d31909a7c91710b63c8ec21eab14cef516ff81af8ea6ede3f80a",
     "66abf123fcc0f61de8cfdeff6b0c185def617babf894eaed177953a12a35ca1f",
     "87dd7cd2ef7e2151e6116a7c5e7054a446c73517df970f7ba74a3bffecd7a2e9"
     "c5b260cdd0d7777546ccfc6b705eb95abef0bf4037da1ff2bd162c9060356461"},
    {"SHA-256 of \"pogo 5\"",
     "b69a26eec4f1b7d2f4b54812a47ba8ab4f5300e12e2e5f1dc300c9a61d6c0512"
     "813773ba76e1e6efb59d43896aff62f9910bf5795e268a7913e5b5afe0e96911",
     "55a5a78606813e5f4431efa7ab3d76c6ddf7cb03d41a49ec8addd67ce172d3a7",
     "60f1670143573d2d37676bc5f62adfb30e22d7552d46d4ae77cd3bc5ebd4ffa2"
     "f446289a0788899087c1b8e2198a176f886957602efe4a6364b10aee8d7c5da7"},
    {"SHA-256 of \"pogo 6\"",
     "73095e2592dfbfb37c142eac83a83cfdb3a9a90f3daf85915a77c042ef949827"
     "9e01d2dd25bd9940b72809f3c5d3d1601c0060086e4171efa6e37ba9f39ec972",
     "8058e2979957b94716d511a6ef8e7c5760515bfca09d41acb97897f1ade676db",
     "6ff614347d8880452bb6158ee20d01390007643cb4e682bc428bbfbfa821a548"
     "efbf6fc3c3511aee34806ba39ed9c3b603a7678cfbb8adab82bb80ee0867ccd7"},
    {"SHA-256 of \"pogo 7\"",
     "48643b43d27a717d95e64fdff0417eaa51ed1659479336c5fd8fe37e7b3b8d88"
     "dae6d2dfdf0609b9dc988f4e8322263edaec2c08d5ecf29e11145041450390bd",
     "bdae45999b6d13eb963dd0d5bf0b3fd4872270e540cb7e471f8b81f32acf5b06",
     "e91bd19db422ed742c07f0a2576c6532d6a352bf3cdc8fea891122ce05705351"
     "e306c2e00f9eded68c2062cf96312791964d40d9060faf3e1f97983aef63d7be"},
    {"SHA-256 of \"pogo 8\"",
     "e845869fb801c70fcc98708c4d32d2e110e16a80cbbba73bda05bccf792c1b9d"
     "1fb2ad3769a8318c7dd4dcb53391465ae5da8c335322e51e8d156fa3e73c149f",
     "6cfafba5efa9812f3208b53e45cf72750eb551fa7051496ee9585be95df5c32b",
     "540d1c5fae034411a45ac21ede18a2e523a439b37aeabdea17f615a17a911401"
     "3eb00d805f550df4b95565acfb986d248b3e2b200da301b6472613157b222e2b"},
    {"SHA-256 of \"pogo 9\"",
     "59432c8888b3ae778b2e3267dadb182abdc53aaed6acb11c366ea500e392fb4f"
     "63b9fce85f327fac0ac13aaa21fb95564e7c0f9e22a4afeb3c797f2a621baa3f",
     "8c376200ac91f65660b50fd8a99f6789f63091ae7d664d613077165f5447920d",
     "b05b357fb994a86716a1534dd30884ee2a340303ff7faea8f9eb39b0ffc09d6c"
     "5f21024cc5a9e65f70141c2501d78ab99c4db0b9eff183ef74ea493294a957ab"},
    {"SHA-256 of \"pogo 10\"",
     "ee1ba1f7c9fc85f77bbfd817dbd45e5c0343f9da39417fd050f7bcd5bda04857"
     "11f33413acb3a6b96fe2c0b9bc681a42f7c00fc04b374da5c5c3d85e9e816d44",
     "ac13a862116a47320d227b6d6a4583d3b2b50a84851b6d105a7c24446b4faaed",
     "98ca3f39ffd6fc42525f02f35b2ac08f416a99e76e66f9e428ce653bd6dbcadf"
     "28ce57002a1d56617e82f55c68e51f5fe52bb75110bd7fdea6515e9d7b9115f0"},
    {"SHA-256 of \"pogo 11\"",
     "f0e086d506721cafbf5a15b6d180f9ce50c11d2d9212fc46ce144204668ed7e8"
     "35025849f5c2e95306d616987c23873bd7ae3378e8c9ad22e76b15da7a92e4d0",
     "2ccf5f6339e2b81441b40c58707e1e452151de71a767ee695206762d761e4f56",
     "b5de912c1410e30de19da75ececcf8ed76c24c4b8492804e256021456c395712"
     "c3cb72bdcf56620f5b02b2c7c60a7fc56909824527ad7f2d89cc93b488d9d915"},
    {"a digest above n",
     "6cd7b2aef230d209ef598af3d2a68618dc9118a0ce85c646bca722103e7afcf0"
     "c24e5e5cf7bd615f728b0b4fc00277a31c594c9410e7ea0bb1186fbee2d69b70",
     "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
     "06aa5da690bc386ed8fa1025a391053db61e6f440fc587eca26372a1e0c406da"
     "14b50a10efc811237ec0a333e2274596f2f853aa808aa6d8e465fbf22e742662"},
};

/* The order of the curve's base point (SEC 2, secp256r1). */
static const char order[] =
    "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

/* ---- bytes --------------------------------------------------------------- */

static unsigned digit(char c)
{
    return (unsigned)(c >= 'a' ? c - 'a' + 10 : c - '0');
}

static void from_hex(const char *hex, uint8_t *out, size_t size)
{
    for (size_t i = 0; i < size; i++)
        out[i] = (uint8_t)(digit(hex[2 * i]) << 4 | digit(hex[2 * i + 1]));
}

bool hash_case_holds(const struct hash_case *row)
{
    uint8_t digest[HAL_SHA256_SIZE], right[HAL_SHA256_SIZE];
    struct hal_sha256 hash;
    hal_sha256_start(&hash);
    for (unsigned i = 0; i < row->times; i++)
        hal_sha256_update(&hash, row->unit, strlen(row->unit));
    hal_sha256_end(&hash, digest);
    from_hex(row->digest, right, sizeof(right));
    return memcmp(digest, right, sizeof(right)) == 0;
}

/* ---- changes ------------------------------------------------------------- */

typedef void change_fn(struct sign_case *c, uint32_t bit);

static void flip(uint8_t *bytes, size_t size, uint32_t bit)
{
    bit %= 8 * (uint32_t)size;
    bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
}

static void nothing(struct sign_case *c, uint32_t bit)
{
    (void)c;
    (void)bit;
}

/* r and n - s sign the same: the two points differ in the sign of Y only. */
static void negate_s(struct sign_case *c, uint32_t bit)
{
    uint8_t n[HALF], *s = c->signature + HALF;
    unsigned borrow = 0;
    (void)bit;
    from_hex(order, n, HALF);
    for (unsigned i = HALF; i-- > 0;) {
        unsigned less = s[i] + borrow;
        borrow = n[i] < less;
        s[i] = (uint8_t)(n[i] - less);
    }
}

static void flip_digest(struct sign_case *c, uint32_t bit)
{
    flip(c->digest, sizeof(c->digest), bit);
}

static void flip_r(struct sign_case *c, uint32_t bit)
{
    flip(c->signature, HALF, bit);
}

static void flip_s(struct sign_case *c, uint32_t bit)
{
    flip(c->signature + HALF, HALF, bit);
}

static void flip_x(struct sign_case *c, uint32_t bit)
{
    flip(c->key, HALF, bit);
}

static void flip_y(struct sign_case *c, uint32_t bit)
{
    flip(c->key + HALF, HALF, bit);
}

static void zero_r(struct sign_case *c, uint32_t bit)
{
    (void)bit;
    memset(c->signature, 0, HALF);
}

static void zero_s(struct sign_case *c, uint32_t bit)
{
    (void)bit;
    memset(c->signature + HALF, 0, HALF);
}

static void zero_both(struct sign_case *c, uint32_t bit)
{
    (void)bit;
    memset(c->signature, 0, sizeof(c->signature));
}

/* Zero times both points: nothing is left to compare r with. */
static void zero_digest_and_r(struct sign_case *c, uint32_t bit)
{
    (void)bit;
    memset(c->digest, 0, sizeof(c->digest));
    memset(c->signature, 0, HALF);
}

static void order_r(struct sign_case *c, uint32_t bit)
{
    (void)bit;
    from_hex(order, c->signature, HALF);
}

static void order_s(struct sign_case *c, uint32_t bit)
{
    (void)bit;
    from_hex(order, c->signature + HALF, HALF);
}

static void most_r(struct sign_case *c, uint32_t bit)
{
    (void)bit;
    memset(c->signature, 0xFF, HALF);
}

static void most_s(struct sign_case *c, uint32_t bit)
{
    (void)bit;
    memset(c->signature + HALF, 0xFF, HALF);
}

static void swap(struct sign_case *c, uint32_t bit)
{
    uint8_t r[HALF];
    (void)bit;
    memcpy(r, c->signature, HALF);
    memcpy(c->signature, c->signature + HALF, HALF);
    memcpy(c->signature + HALF, r, HALF);
}

static void zero_key(struct sign_case *c, uint32_t bit)
{
    (void)bit;
    memset(c->key, 0, sizeof(c->key));
}

static void most_key(struct sign_case *c, uint32_t bit)
{
    (void)bit;
    memset(c->key, 0xFF, sizeof(c->key));
}

/* Of the second row, whose key only the first has. */
static void other_key(struct sign_case *c, uint32_t bit)
{
    (void)bit;
    bool is_same =
        strcmp(c->row, rows[0].name) == 0 || strcmp(c->row, rows[1].name) == 0;
    from_hex(rows[is_same ? 2 : 1].key, c->key, sizeof(c->key));
}

static const struct {
    change_fn *fn;
    const char *name;
    bool is_right;
} changes[SIGN_CHANGES] = {
    {nothing, "as it is", true},
    {negate_s, "with n - s", true},
    {flip_digest, "a bit of the digest", false},
    {flip_r, "a bit of r", false},
    {flip_s, "a bit of s", false},
    {flip_x, "a bit of the key's X", false},
    {flip_y, "a bit of the key's Y", false},
    {zero_r, "r is 0", false},
    {zero_s, "s is 0", false},
    {zero_both, "r and s are 0", false},
    {zero_digest_and_r, "digest and r are 0", false},
    {order_r, "r is n", false},
    {order_s, "s is n", false},
    {most_r, "r is all ones", false},
    {most_s, "s is all ones", false},
    {swap, "r and s are swapped", false},
    {zero_key, "a key of zeroes", false},
    {most_key, "a key of ones", false},
    {other_key, "another's key", false},
};

/* ---- cases --------------------------------------------------------------- */

/* Numbers that look like chance, always the same for an index: shifts and odd
 * factors spread each bit. */
static uint32_t mix(uint32_t x)
{
    for (unsigned i = 0; i < 3; i++)
        x = (x ^ x >> 15) * 0x9E3779B1u;
    return x ^ x >> 16;
}

void sign_case_make(uint32_t index, struct sign_case *out)
{
    uint32_t row = index % SIGN_ROWS, change = 0, chance = mix(index + 1);
    if (index >= SIGN_CASES) {
        row = chance % SIGN_ROWS;
        change = mix(chance + 1) % SIGN_CHANGES;
    } else if (index >= SIGN_ROWS) {
        change = index - SIGN_ROWS;
    }
    from_hex(rows[row].key, out->key, sizeof(out->key));
    from_hex(rows[row].digest, out->digest, sizeof(out->digest));
    from_hex(rows[row].signature, out->signature, sizeof(out->signature));
    out->row = rows[row].name;
    out->change = changes[change].name;
    out->is_right = changes[change].is_right;
    changes[change].fn(out, mix(chance + 2));
}
