// Recordings and other bytes, by their SHA-256.
#include "server/api/routes.h"

namespace tutti::api {

void add_blob_routes(Table& table, const Services& services) {
  auto* store = services.store;

  const auto saved = [](const Call& call) -> Result<BlobSaved> {
    return BlobSaved{call.blob->sha256, call.blob->size};
  };
  Route send = reply_route<BlobSaved>(Method::post, "/api/blobs", "sendBytes", "Bytes",
                                      "Keeps bytes, such as a recording", saved);
  send.text = "The body is the bytes themselves. Answered after they are synced to disk.";
  send.body = BodyKind::blob;
  send.limit = kBlobLimit;
  send.status = 201;
  table.routes.push_back(send);

  Route put = reply_route<BlobSaved>(Method::put, "/api/blobs/{sha256}", "putBytes", "Bytes",
                                     "Keeps bytes whose hash is known", saved);
  put.text = "Refused if the bytes that arrive have another SHA-256 than the address says.";
  put.body = BodyKind::blob;
  put.limit = kBlobLimit;
  put.status = 201;
  table.routes.push_back(put);

  Route get;
  get.method = Method::get;
  get.path = "/api/blobs/{sha256}";
  get.id = "getBytes";
  get.group = "Bytes";
  get.summary = "Bytes by their hash";
  get.text = "Parts may be asked for with Range. They never change, so they may be kept for ever.";
  get.answer_type = "application/octet-stream";
  get.errors = {416};
  get.handler = [store](const Call& call) -> Result<Answer> {
    const std::string sha256 = call.part("sha256");
    auto info = store->blobs().info(sha256);
    if (!info) return info.error();
    Answer answer;
    answer.type = "application/octet-stream";
    answer.body = FileBody{store->blobs().path(sha256).string(), info->size};
    answer.etag = "\"" + sha256 + "\"";
    answer.immutable = true;
    answer.ranges = true;
    return answer;
  };
  table.routes.push_back(get);
}

}  // namespace tutti::api
