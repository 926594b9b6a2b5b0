// The trade calls of MQL5.
#pragma once
#include "broker.hpp"

enum ENUM_ACCOUNT_INFO_STRING { ACCOUNT_SERVER, ACCOUNT_COMPANY, ACCOUNT_CURRENCY };
enum ENUM_ACCOUNT_INFO_DOUBLE { ACCOUNT_BALANCE, ACCOUNT_EQUITY, ACCOUNT_MARGIN, ACCOUNT_MARGIN_FREE };
enum ENUM_TERMINAL_INFO_INTEGER { TERMINAL_CONNECTED, TERMINAL_TRADE_ALLOWED };
enum { SYMBOL_FILLING_FOK = 1, SYMBOL_FILLING_IOC = 2 };
enum ENUM_TRADE_REQUEST_ACTIONS { TRADE_ACTION_NONE, TRADE_ACTION_DEAL, TRADE_ACTION_PENDING = 5, TRADE_ACTION_SLTP, TRADE_ACTION_MODIFY, TRADE_ACTION_REMOVE };
enum ENUM_ORDER_TYPE { ORDER_TYPE_BUY, ORDER_TYPE_SELL, ORDER_TYPE_BUY_LIMIT, ORDER_TYPE_SELL_LIMIT, ORDER_TYPE_BUY_STOP, ORDER_TYPE_SELL_STOP };
enum ENUM_ORDER_TYPE_FILLING { ORDER_FILLING_FOK, ORDER_FILLING_IOC, ORDER_FILLING_RETURN };
enum ENUM_ORDER_TYPE_TIME { ORDER_TIME_GTC, ORDER_TIME_DAY };
enum ENUM_POSITION_PROPERTY_INTEGER { POSITION_TICKET, POSITION_TIME, POSITION_TYPE, POSITION_MAGIC };
enum ENUM_POSITION_PROPERTY_DOUBLE { POSITION_VOLUME, POSITION_PRICE_OPEN, POSITION_SL, POSITION_TP, POSITION_PRICE_CURRENT, POSITION_SWAP, POSITION_PROFIT };
enum ENUM_POSITION_PROPERTY_STRING { POSITION_SYMBOL, POSITION_COMMENT };
enum { POSITION_TYPE_BUY, POSITION_TYPE_SELL };
enum ENUM_ORDER_PROPERTY_INTEGER { ORDER_TYPE, ORDER_MAGIC, ORDER_TYPE_TIME, ORDER_TIME_EXPIRATION };
enum ENUM_ORDER_PROPERTY_DOUBLE { ORDER_VOLUME_CURRENT, ORDER_PRICE_OPEN, ORDER_SL, ORDER_TP };
enum ENUM_ORDER_PROPERTY_STRING { ORDER_SYMBOL, ORDER_COMMENT };
enum ENUM_DEAL_PROPERTY_INTEGER { DEAL_ORDER, DEAL_MAGIC, DEAL_ENTRY, DEAL_POSITION_ID };
enum ENUM_DEAL_PROPERTY_DOUBLE { DEAL_VOLUME, DEAL_PRICE, DEAL_COMMISSION, DEAL_SWAP, DEAL_PROFIT };
enum ENUM_DEAL_ENTRY { DEAL_ENTRY_IN, DEAL_ENTRY_OUT, DEAL_ENTRY_INOUT };

struct MqlTradeRequest
  {
   ENUM_TRADE_REQUEST_ACTIONS action = TRADE_ACTION_NONE;
   ulong magic = 0, order = 0;
   string symbol;
   double volume = 0, price = 0, stoplimit = 0, sl = 0, tp = 0;
   ulong deviation = 0;
   ENUM_ORDER_TYPE type = ORDER_TYPE_BUY;
   ENUM_ORDER_TYPE_FILLING type_filling = ORDER_FILLING_FOK;
   ENUM_ORDER_TYPE_TIME type_time = ORDER_TIME_GTC;
   datetime expiration = 0;
   string comment;
   ulong position = 0, position_by = 0;
  };
// A local structure has no values in MQL: whatever was not cleared is visible here as a code that nobody sends.
struct MqlTradeResult
  {
   uint retcode = 0;
   ulong deal = 0, order = 0;
   double volume = 0, price = 0, bid = 0, ask = 0;
   string comment;
   uint request_id = 0;
   int retcode_external = 0;
  };

inline ulong GetTickCount64() { return Milliseconds(); }
inline datetime TimeTradeServer() { return TimeCurrent(); }
inline string AccountInfoString(const ENUM_ACCOUNT_INFO_STRING what) { return what == ACCOUNT_SERVER ? string(world.server) : what == ACCOUNT_COMPANY ? string("Check \"Markets\" \\ Ltd") : string("USD"); }
inline double AccountInfoDouble(const ENUM_ACCOUNT_INFO_DOUBLE what) { return what == ACCOUNT_BALANCE ? broker.balance : what == ACCOUNT_MARGIN ? 0 : Equity(); }
inline int TerminalInfoInteger(const ENUM_TERMINAL_INFO_INTEGER what) { return what == TERMINAL_CONNECTED ? world.connected : world.autotrading; }
inline int StringTrimLeft(string &text) { size_t at = text.text.find_first_not_of(" \t\r\n"); text.text.erase(0, at == std::string::npos ? text.text.size() : at); return 0; }
inline int StringTrimRight(string &text) { size_t at = text.text.find_last_not_of(" \t\r\n"); text.text.erase(at == std::string::npos ? 0 : at + 1); return 0; }
inline string StringSubstr(const string &text, const int start, const int length = -1) { return (size_t)start >= text.text.size() ? string() : string(text.text.substr((size_t)start, length < 0 ? std::string::npos : (size_t)length)); }

inline Holding *selected_position = nullptr;
inline Working *selected_order = nullptr;
inline std::vector<Booking> selected_history;

inline int PositionsTotal() { return (int)broker.positions.size(); }
inline bool PositionSelectByTicket(const ulong ticket) { selected_position = broker.Position((long)ticket); return selected_position != nullptr; }
inline ulong PositionGetTicket(const int at) { selected_position = &broker.positions[(size_t)at]; return (ulong)selected_position->ticket; }
inline bool PositionSelect(const string &symbol)
  {
   selected_position = nullptr;
   for(auto &held : broker.positions)
      if(selected_position == nullptr && held.symbol == symbol.text)
         selected_position = &held;
   return selected_position != nullptr;
  }
inline long PositionGetInteger(const ENUM_POSITION_PROPERTY_INTEGER what)
  {
   Holding &held = *selected_position;
   return what == POSITION_TICKET ? held.ticket : what == POSITION_TIME ? held.time : what == POSITION_TYPE ? (held.buys ? 0L : 1L) : held.magic;
  }
inline double PositionGetDouble(const ENUM_POSITION_PROPERTY_DOUBLE what)
  {
   Holding &held = *selected_position;
   switch(what)
     {
      case POSITION_VOLUME: return held.lots;
      case POSITION_PRICE_OPEN: return held.price;
      case POSITION_SL: return held.sl;
      case POSITION_TP: return held.tp;
      case POSITION_PRICE_CURRENT: return broker.Exit(held);
      case POSITION_PROFIT: return broker.Profit(held, held.lots);
      default: return 0;
     }
  }
inline string PositionGetString(const ENUM_POSITION_PROPERTY_STRING what) { return string(what == POSITION_SYMBOL ? selected_position->symbol : selected_position->comment); }

inline int OrdersTotal() { return (int)broker.orders.size(); }
inline ulong OrderGetTicket(const int at) { selected_order = &broker.orders[(size_t)at]; return (ulong)selected_order->ticket; }
inline bool OrderSelect(const ulong ticket) { selected_order = broker.Order((long)ticket); return selected_order != nullptr; }
inline long OrderGetInteger(const ENUM_ORDER_PROPERTY_INTEGER what) { return what == ORDER_TYPE ? selected_order->type : what == ORDER_MAGIC ? selected_order->magic : 0; }
inline double OrderGetDouble(const ENUM_ORDER_PROPERTY_DOUBLE what) { return what == ORDER_VOLUME_CURRENT ? selected_order->lots : what == ORDER_PRICE_OPEN ? selected_order->price : what == ORDER_SL ? selected_order->sl : selected_order->tp; }
inline string OrderGetString(const ENUM_ORDER_PROPERTY_STRING what) { return string(what == ORDER_SYMBOL ? selected_order->symbol : selected_order->comment); }

inline bool HistorySelect(const datetime from, const datetime to)
  {
   selected_history.clear();
   for(auto &deal : broker.deals)
      if(deal.time >= from && deal.time <= to)
         selected_history.push_back(deal);
   return true;
  }
inline int HistoryDealsTotal() { return (int)selected_history.size(); }
inline ulong HistoryDealGetTicket(const int at) { return (ulong)selected_history[(size_t)at].ticket; }
inline bool HistoryDealSelect(const ulong ticket)
  {
   for(auto &deal : broker.deals)
      if(deal.ticket == (long)ticket)
        {
         selected_history = {deal};
         return true;
        }
   return false;
  }
inline const Booking &DealOf(const ulong ticket) { for(auto &deal : selected_history) if(deal.ticket == (long)ticket) return deal; std::_Exit(71); }
inline long HistoryDealGetInteger(const ulong ticket, const ENUM_DEAL_PROPERTY_INTEGER what)
  {
   const Booking &deal = DealOf(ticket);
   return what == DEAL_ORDER ? deal.order : what == DEAL_MAGIC ? deal.magic : what == DEAL_ENTRY ? deal.entry : deal.position;
  }
inline double HistoryDealGetDouble(const ulong ticket, const ENUM_DEAL_PROPERTY_DOUBLE what)
  {
   const Booking &deal = DealOf(ticket);
   return what == DEAL_VOLUME ? deal.lots : what == DEAL_PRICE ? deal.price : what == DEAL_PROFIT ? deal.profit : 0;
  }

inline bool Answer(MqlTradeResult &result, const uint code) { result.retcode = code; return code == 10008 || code == 10009 || code == 10010 || code == 10025; }

inline bool Deal(MqlTradeRequest &request, MqlTradeResult &result)
  {
   if(broker.Find(request.symbol.text) == nullptr)
      return Answer(result, 10013);
   if(request.type_filling != ORDER_FILLING_IOC)
      return Answer(result, 10030);
   double lots = broker.at_most > 0 ? std::min(broker.at_most, request.volume) : request.volume;
   broker.at_most = 0;
   Booking deal = {};
   if(request.position > 0)
     {
      Holding *held = broker.Position((long)request.position);
      if(held == nullptr || held->buys == (request.type == ORDER_TYPE_BUY))
         return Answer(result, 10013);
      deal = broker.Close(held->ticket, lots);
      broker.Sweep();
     }
   else
     {
      bool buys = request.type == ORDER_TYPE_BUY;
      if(request.sl > 0 && buys == (request.sl >= request.price))
         return Answer(result, 10016);
      deal = broker.Open(request.symbol.text, buys, lots, request.sl, request.tp, (long)request.magic, request.comment.text);
     }
   result.deal   = (ulong)deal.ticket;
   result.order  = (ulong)deal.order;
   result.volume = lots;
   result.price  = deal.price;
   return Answer(result, lots < request.volume ? 10010 : 10009);
  }

inline bool Execute(MqlTradeRequest &request, MqlTradeResult &result)
  {
   switch(request.action)
     {
      case TRADE_ACTION_DEAL:
         return Deal(request, result);
      case TRADE_ACTION_PENDING:
         result.order = (ulong)++broker.next;
         broker.orders.push_back({broker.next, request.symbol.text, request.type, request.volume, request.price, request.sl, request.tp, (long)request.magic, request.comment.text});
         return Answer(result, 10009);
      case TRADE_ACTION_SLTP:
        {
         Holding *held = broker.Position((long)request.position);
         if(held == nullptr)
            return Answer(result, 10013);
         if(held->sl == request.sl && held->tp == request.tp)
            return Answer(result, 10025);
         held->sl = request.sl;
         held->tp = request.tp;
         return Answer(result, 10009);
        }
      case TRADE_ACTION_MODIFY:
        {
         Working *order = broker.Order((long)request.order);
         if(order == nullptr)
            return Answer(result, 10013);
         order->price = request.price;
         order->sl    = request.sl;
         order->tp    = request.tp;
         return Answer(result, 10009);
        }
      case TRADE_ACTION_REMOVE:
         for(size_t i = 0; i < broker.orders.size(); i++)
            if(broker.orders[i].ticket == (long)request.order)
              {
               broker.orders.erase(broker.orders.begin() + (long)i);
               return Answer(result, 10009);
              }
         return Answer(result, 10013);
      default:
         return Answer(result, 10013);
     }
  }

inline bool OrderSend(MqlTradeRequest &request, MqlTradeResult &result)
  {
   if(int code = broker.Refusal())
      return Answer(result, (uint)code);
   if(!Execute(request, result))
      return false;
   broker.Executed(std::to_string(request.action) + " " + std::to_string(result.order) + " " + request.comment.text);
   if(int code = broker.Unclear())
     {
      ZeroMemory(result);
      return Answer(result, (uint)code);
     }
   return true;
  }
